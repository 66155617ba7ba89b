import { type FamilyReader, type FamilyReading, within } from './family';
import { Statement, vocabulary } from './statement';

const PERCENT = /(\d+(?:\.\d+)?) ?(?:%|percent(?:age)?|per cent|pct)/;
const NUMBER = /\d+(?:\.\d+)?/g;
const CURRENCY = /(?<=N)[ -]?(?:dollars?|euros?|pounds?|bucks|usd|yuan|units?|元钱?|块钱?|美元|人民币)(?![a-z])/g;

// From here on P is the per cent, and N the other number.

const OF =
  /\bP (?:of|out of|times|\*) (?:the number |the amount )?N\b|\bN ?(?:\*|times) ?P\b|P ?\* ?N\b|N中?(?:的|\*|乘以?)P|P的N|^of N,? (?=.*P$).*P$|一个数是N,.*P/;

const UP = String.raw`(?:increase[sd]?|increasing|raise[sd]?|raising|rises?|risen|rose|grows?|grew|grown|goes up|went up|going up|gone up|marked up|mark up|up)`;
const DOWN = String.raw`(?:decrease[sd]?|decreasing|reduce[sd]?|reducing|falls?|fell|fallen|drops?|dropped|goes down|went down|lower(?:s|ed)?|cuts?|discounted|marked down|mark down|down)`;
const RISE = new RegExp(
  String.raw`\b${UP}(?: in price)?(?: N)?(?: by)?(?: an?)? P\b(?: (?:increase|raise|rise))?|\bP (?:increase|rise|raise|price increase|price rise)\b(?: (?:on|in|of|to))?|\b(?:increase|rise|raise) of P\b|\bP (?:more|higher|greater|larger) than\b|\bplus P\b|` +
    '(?:增加|增长|提高|上涨|上升|上调|涨价?|提价|加价|升高|多|大|高)了?P',
);
const FALL = new RegExp(
  String.raw`\b${DOWN}(?: in price)?(?: N)?(?: by)?(?: a)? P\b(?: (?:reduction|decrease|drop))?|\bP (?:off|discount|reduction|decrease|drop|cut|price cut|price reduction)\b(?: (?:of|on|from|in|to))?|\b(?:discount|reduction|decrease|drop|cut) of P\b|\bP (?:less|lower|smaller) than\b|\b(?:less|minus) P\b|` +
    '(?:减少|降低|下降|下调|降价?|下跌|跌价?|减价?|便宜|优惠|少|小|低)了?P',
);
/** Asked for is the part, or what was there before. */
const ASKS_OTHER =
  /\b(?:what|find|how much|calculate|determine)\b[^.]*\b(?:original|originally|before|initial|old|saved?|savings?|discount amount|amount of (?:the )?(?:discount|increase|decrease|reduction))\b|\bhow much (?:is|was) the (?:discount|increase|decrease|reduction|rise)\b|\b(?:what|find)(?: is)? the (?:discount|increase|decrease|reduction|rise)(?! of| is)|原[价来](?:的价格)?(?:是|为)?多少|求原|节省|省了?多少|[了便]宜?多少(?!元|钱|$)|(?:便宜|降|涨|减少|增加)了多少/;
/** The number is what came out, not what it began with. */
const IS_RESULT =
  /\bafter\b.*P\b(?:(?!what|find|how).)*?\b(?:is|was|costs?|becomes?|became|sells for|paid|pays?) N\b|\b(?<!what |much |find )(?:is|was|costs?|paid|pays?|now|for) N,? after\b|\bto N\b|\b(?:new|sale|final|reduced|discounted) price (?:is|was|of) N|P[后,]*(?:以后|之后)?(?:是|为|卖|售价|价格|只要|得|变为|变成|现价)+(?:是|为)?N|现价(?:是|为)?N/;
/** An item and its price. */
const CHINESE_ITEM =
  /(?:^|[,.|])(?:若|如果|已知)?(?:商店|超市)?(?:一|某|这|把)?[件个种本台双只辆张条套支盒瓶部款]?[一-龥]{1,8}?(?=的?(?:原价|价格|售价|标价|定价|原来|卖|是)?(?:是|为)?N)|(?<=N)的[一-龥]{1,6}?(?=[,.|]| \||现|先|降|涨|提|增|减|打|优惠|便宜|$)/;
const WORDS = vocabulary(
  'was were price prices cost costs costing value salary wage rent bill fare fee number amount quantity population weight income pay pays new now sale ' +
    'final discounted discount current reduced increased resulting selling total after on off at with has there sells store shop ' +
    'priced originally original regular usual worth item product buy spend each comes gets from when applied became become number ' +
    'than more less take taking mark her his he she person customer would end it',
  '原价|现价|价格|售价|标价|定价|原来|现在|新|打折|折后|后来|以后|之后|后|出售|销售|商品|产品|卖|付|花|钱|元|块|要|应|需|先|了|多|数|按|比|把|它|优惠|变|成|这时|时|最后|价|该|应该|商店|超市|某|件|台|只|现',
);
/** 八折 is 20 % off. */
const TENTHS = /(?:全场|按照?|打|按)+(\d{1,2})折(?:出售|销售|优惠)?/;

/** Percentages of a number, and rises and falls by a percentage. */
export const readPercent: FamilyReader = (text) => {
  const plain = text.replace(TENTHS, (_, tenths: string) => {
    const kept = tenths.length === 1 ? 10 * Number(tenths) : Number(tenths);
    return `降价${100 - kept}%`;
  });
  const percent = PERCENT.exec(plain);
  if (percent === null) return null;
  const rest = plain.replace(PERCENT, 'P');
  const [number, ...others] = rest.match(NUMBER) ?? [];
  if (number === undefined || others.length > 0) return null;
  const kind = kindOf(
    rest
      .replace(number, 'N')
      .replace(CURRENCY, '')
      .replace(/ ([,.])/g, '$1'),
  );
  return kind === null ? null : wordings(kind, Number(percent[1]), Number(number));
};

function kindOf(text: string): 'of' | 'rise' | 'fall' | null {
  const statement = new Statement(text);
  if (statement.take(OF) !== null)
    return statement.saysOnly(WORDS) && !RISE.test(text) && !FALL.test(text) ? 'of' : null;
  if (ASKS_OTHER.test(text) || IS_RESULT.test(text)) return null;
  // 原价200元的外套: the item may stand on either side.
  if (statement.isChinese) while (statement.take(CHINESE_ITEM) !== null);
  const rise = statement.take(RISE);
  const fall = statement.take(FALL);
  if ((rise === null) === (fall === null)) return null;
  // "Increase N by P" has taken both.
  if (!/N/.test((rise ?? fall)?.[0] ?? '') && statement.take(/N/) === null) return null;
  const item = statement.wordsBeyond(WORDS);
  if (item === null || item.length > 1 || !item.every((word) => isThing(word, text))) return null;
  return rise === null ? 'fall' : 'rise';
}

/** What is sold may be anything, as long as it stands like a thing: "a coat", "the price of milk". */
function isThing(word: string, text: string): boolean {
  return new RegExp(`\\b(?:an?|the|this|that|his|her|of|N) (?:[a-z]+ )?${word}\\b`).test(text);
}

function wordings(kind: 'of' | 'rise' | 'fall', p: number, n: number): FamilyReading {
  if (!within(p / 5, 1, 19) || !within(n / 20, 2, 30)) return 'out-of-range';
  switch (kind) {
    case 'of':
      return [`What is ${p}% of ${n}?`, `Find ${p}% of ${n}.`, `Compute ${p} percent of ${n}.`];
    case 'rise':
      return [
        `Increase ${n} by ${p}%.`,
        `A price of ${n} dollars rises by ${p}%. What is the new price?`,
        `What is ${n} increased by ${p}%?`,
      ];
    case 'fall':
      return [
        `Decrease ${n} by ${p}%.`,
        `A price of ${n} dollars falls by ${p}%. What is the new price?`,
        `A coat costs ${n} dollars and is ${p}% off. What does it cost now?`,
      ];
  }
}
