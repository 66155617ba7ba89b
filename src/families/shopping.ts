import { type FamilyReader, within } from './family';
import { Statement, vocabulary } from './statement';

const CURRENCY = /(?<=\d) ?(?:dollars?|euros?|pounds?|bucks|usd|yuan|rmb|元钱?|块钱?|美元)(?![a-z])/g;
const MEASURE = '[个支本只张件瓶盒块条双把杯袋份台辆斤朵枝束包卷顶颗串罐]';
const ITEM = '[^\\d,.;:?，|和与买付给每共]{1,5}?';
const PRICE =
  /\b(?:a|an|each|one|every|1)? ?(?<one>[a-z]+) (?:costs?|is|are|sells? for|is priced at|are priced at|is worth) (?<each>\d+)(?: each| apiece| per piece| a piece| per item)?(?![\d%])/;
const PRICE_PER = /\b(?<each>\d+) (?:per|for (?:a|an|one|each)|for each|an?|each) (?<one>[a-z]+)/;
const CHINESE_PRICE = new RegExp(
  `(?:(?:一|每|1)${MEASURE}(?<one>${ITEM})|(?<other>${ITEM})(?:每${MEASURE}|一${MEASURE}|的?单价|的价格))(?:的?(?:单价|价格|售价))?(?:是|为|要|需要?|卖|售价|售|花)?(?<each>\\d+)`,
);
const BOUGHT =
  /\b(?:buys?|bought|purchases?|purchased|gets?|wants?|orders?|needs?|takes?|buying|want to buy|for|do|does|will|would|of)(?: to buy)? (?<many>\d+) (?<one>[a-z]+)(?:,| and|, and) (?:buys |bought )?(?<few>\d+) (?<two>[a-z]+)/;
/** "5 tickets at 3 dollars each", twice. */
const BOUGHT_AT =
  /\b(?:buys? |bought |purchase[sd]? )?(?<many>\d+) (?<one>[a-z]+) (?:at|for|costing|priced at|that cost) (?<each>\d+) (?:each|apiece|per [a-z]+|a piece)/;
const CHINESE_BOUGHT_AT = new RegExp(
  `(?:买了?)?(?<many>\\d+)${MEASURE}(?<one>${ITEM})[,(]?每${MEASURE}(?:价格|单价)?(?:是|为|要)?(?<each>\\d+)[)]?`,
);
const CHINESE_BOUGHT = new RegExp(
  `(?:买|购买|要买)了?(?<many>\\d+)${MEASURE}(?<one>${ITEM})(?:和|、|,|与|以及|还有|,又买了?|又买了?|及)+(?<few>\\d+)${MEASURE}(?<two>[^\\d,.;:?，|]{1,5}?)(?=[,.;|，]|一共|共|要|付|总|应|需|$| )`,
);
const PAID =
  /\b(?:pays?|paid|hands?|handed|gives?|gave|paying|from|out of)(?: over)?(?: (?:the )?(?:cashier|shopkeeper|seller|clerk))?(?: (?:with|using))?(?: a| an)? (?<note>\d+)(?:-dollar)?(?: (?:bill|note|banknote))?|(?:付|给|交)了?(?:售货员|收银员|店员)?(?:一张)?(?<paid>\d+)/;
const CHANGE =
  /\bhow much change\b|\b(?:find|what is|calculate|compute) (?:the |his |her )?change\b|\bhow much (?:money )?(?:is|will be) (?:left|returned|given back)\b|(?:应)?(?:该)?(?:找回|找零|找|还剩|剩下?)(?:给他|给她|他|她)?(?:多少|几)/;
const TOTAL =
  /\bhow much(?: money)?[ |]+cost\b|\b(?:the )?(?:total )?(?:cost|price)(?=(?: of)? *[|])|\bhow much (?:does|do|did|will|is|must|should)\b[a-z ]*?\b(?:cost|pay|spend|total|altogether|due)\b(?: (?:in total|altogether|in all))?|\b(?:total cost|total price|total bill|total amount|total)\b|\bhow much (?:money )?(?:in total|altogether|is it|is that)\b|(?:一共|总共|共|合计)?(?:应|要|需要?|该)?(?:付|花|用|付款)?了?(?:多少|几)(?=钱|元|块|$|[ ,.|])|总价|总费用/;
const WORDS = vocabulary(
  'and buys with of in all total altogether she he they left back returned will get pay cost money at shop store from did spend for each',
  '又|小[一-龥]|妈妈|爸爸|老师|他|她|在|商店|一共|总共|共|钱|元|块|应|该|要|花|付|了|去|超市|文具店|还|回|每',
);
const NAMES = new Set(['ann', 'ben', 'mia', 'sam']);
const CHEAP_AND_DEAR = [
  ['pen', 'book'],
  ['cup', 'bag'],
  ['ticket', 'map'],
  ['roll', 'cake'],
] as const;
const NOTES = [50, 100, 150, 200, 250, 300, 400];

interface Item {
  readonly name: string;
  readonly price: number;
  readonly count: number;
}

/** What a purchase of two kinds of things costs, or the change from a note. */
export const readShopping: FamilyReader = (text) => {
  const statement = new Statement(text.replace(CURRENCY, ''));
  const items = takeItems(statement);
  if (items === null) return null;
  const paid = statement.take(PAID)?.groups;
  const isChange = paid !== undefined;
  if (statement.take(isChange ? CHANGE : TOTAL) === null) return null;
  const buyer = statement.take(/(?:^|[.|] ?)([a-z]+)(?= +(?:\||wants|would|goes))/)?.[1] ?? null;
  statement.take(/(?:^|[.,|] ?)(?!.?[没不退卖])[一-龥]{1,4}(?= *\|)/);
  if (!statement.saysOnly(WORDS)) return null;
  const [one, two] = [...items].sort((a, b) => a.price - b.price);
  if (one === undefined || two === undefined || one.name === two.name) return null;
  const note = isChange ? Number(paid.note ?? paid.paid) : null;
  const total = one.price * one.count + two.price * two.count;
  const isTrained =
    within(one.price, 3, 12) && within(two.price, 13, 40) && within(one.count, 2, 9) && within(two.count, 2, 6);
  if (!isTrained || (note !== null && note !== NOTES.find((value) => value > total))) return 'out-of-range';
  return wordings(one, two, note, buyer);
};

/** The two kinds of things with price and count; null: they are not said. */
function takeItems(statement: Statement): Item[] | null {
  const atPrice = [takeAtPrice(statement), takeAtPrice(statement)].filter((item) => item !== null);
  if (atPrice.length === 2) return atPrice;
  const prices = [takePrice(statement), takePrice(statement)];
  const bought = (statement.take(BOUGHT) ?? statement.take(CHINESE_BOUGHT))?.groups;
  if (bought === undefined || atPrice.length > 0) return null;
  const counts = new Map([
    [singular(bought.one ?? ''), Number(bought.many)],
    [singular(bought.two ?? ''), Number(bought.few)],
  ]);
  return prices.flatMap((price): Item[] => {
    const count = price === null ? undefined : counts.get(price.name);
    return price === null || count === undefined ? [] : [{ ...price, count }];
  });
}

function takeAtPrice(statement: Statement): Item | null {
  const { one, many, each } = (statement.take(BOUGHT_AT) ?? statement.take(CHINESE_BOUGHT_AT))?.groups ?? {};
  return one === undefined ? null : { name: singular(one), count: Number(many), price: Number(each) };
}

function takePrice(statement: Statement): Pick<Item, 'name' | 'price'> | null {
  const found = statement.take(PRICE) ?? statement.take(CHINESE_PRICE) ?? statement.take(PRICE_PER);
  const name = found?.groups?.one ?? found?.groups?.other;
  return name === undefined ? null : { name: singular(name), price: Number(found?.groups?.each) };
}

function singular(name: string): string {
  return name.replace(/(?<=(?:ch|sh|x|ss))es$|(?<=[a-rt-z])s$/, '').trim();
}

function wordings(one: Item, two: Item, note: number | null, buyer: string | null): readonly string[] {
  const pair = CHEAP_AND_DEAR.find(([cheap, dear]) => cheap === one.name && dear === two.name);
  const [cheap, dear] = pair ?? ['pen', 'book'];
  const known = buyer !== null && NAMES.has(buyer) ? buyer : 'ann';
  const name = `${known.slice(0, 1).toUpperCase()}${known.slice(1)}`;
  const start =
    `A ${cheap} costs ${one.price} dollars and a ${dear} costs ${two.price} dollars. ` +
    `${name} buys ${one.count} ${cheap}s and ${two.count} ${dear}s`;
  if (note !== null) return [`${start} and pays with ${note} dollars. How much change is left?`];
  return [`${start}. How much does it cost?`, `${start}. Find the total cost.`];
}
