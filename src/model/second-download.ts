/**
 * Of `names`, the one that a browser gave a further download of `wanted`: "adapter_config (1).json". The newest, where there
 * are several; null: none.
 */
export function secondDownload(wanted: string, names: Iterable<string>): string | null {
  const dot = wanted.lastIndexOf('.');
  const [stem, end] = dot < 0 ? [wanted, ''] : [wanted.slice(0, dot), wanted.slice(dot)];
  let found: { readonly name: string; readonly copy: number } | null = null;
  for (const name of names) {
    if (!name.startsWith(`${stem} (`) || !name.endsWith(`)${end}`)) continue;
    const copy = name.slice(stem.length + 2, name.length - end.length - 1);
    if (/^\d+$/.test(copy) && Number(copy) > (found?.copy ?? 0)) found = { name, copy: Number(copy) };
  }
  return found?.name ?? null;
}
