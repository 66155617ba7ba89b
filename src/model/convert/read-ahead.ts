/** The results of `read` for each item in turn, with up to `depth` of them running at a time. */
export async function* readAhead<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
  depth: number,
): AsyncGenerator<[Item, Result]> {
  const underWay: { readonly item: Item; readonly result: Promise<Result> }[] = [];
  for (const item of items) {
    const result = read(item);
    // A failure is met in its turn; until then it must not count as unhandled.
    result.catch(() => undefined);
    underWay.push({ item, result });
    const first = underWay.length >= depth ? underWay.shift() : undefined;
    if (first !== undefined) yield [first.item, await first.result];
  }
  for (const { item, result } of underWay) yield [item, await result];
}
