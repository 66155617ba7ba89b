import { multiplied, rational, type Rational } from '../numbers/rational';

/**
 * Units: dimension, how many of the first unit of the dimension one is, and the spellings, the first of which names it.
 * Plurals need not be listed. A dimension of its own (`-`) converts to nothing.
 */
const TABLE = `
L 1 m meter metre 米 公尺|L 1/100 cm centimeter centimetre 厘米|L 1/1000 mm millimeter millimetre 毫米|L 1000 km kilometer kilometre 千米 公里
L 1/10 dm decimeter decimetre 分米|L 1/1000000 micrometer micrometre micron|L 1/1000000000 nm nanometer nanometre
L 127/5000 in inch inche|L 381/1250 ft foot feet|L 1143/1250 yd yard|L 201168/125 mi mile|L 1852 nauticalmile
M 1 kg kilogram kilo 千克 公斤|M 1/1000 g gram gramme 克|M 1/1000000 mg milligram 毫克|M 1000 ton tonne 吨|M 45359237/100000000 lb pound
M 45359237/1600000000 oz ounce|M 1/2 斤
T 1 s sec second 秒|T 60 min minute 分钟|T 3600 h hr hour 小时 时|T 86400 day 天 日|T 604800 week wk 周 星期|- month mo 个月 月|- year yr 年
T 1/1000 ms millisecond
V 1 l liter litre 升|V 1/1000 ml milliliter millilitre 毫升|V 1/100 cl|V 1/10 dl
G 1 gallon gal|G 1/4 quart qt|G 1/8 pint pt|G 1/16 cup
S 5/18 kph kmh|S 1397/3125 mph
$ 1 usd dollar buck 美元|$ 1 $|$ 1/100 cent penny|- eur euro 欧元|- gbp quid|- yuan rmb cny 元 块|- inr rupee|- yen jpy|- 角|- 分
% 1 % percent pct percentage 百分之
A 1 ° degree deg 度|A 1/60 arcmin|A 1/3600 arcsec|- rad radian 弧度
- celsius|- fahrenheit|- kelvin
N 1 n newton|N 1000 kn|J 1 j joule|J 1000 kj|J 3600000 kwh|- cal calorie|W 1 w watt|W 1000 kw kilowatt|W 1000000 mw megawatt
- v volt|- ohm|- hz hertz|- mol mole|- pa pascal|- amp ampere
- unit|- am|- pm|- people person 人|- acre|- hectare|- mod
`;

interface Unit {
  readonly name: string;
  readonly dimension: string;
  readonly factor: Rational;
}

const UNITS: ReadonlyMap<string, Unit> = new Map(
  TABLE.trim()
    .split(/[\n|]/)
    .flatMap((line) => {
      const [dimension = '', second = '', ...others] = line.trim().split(' ');
      const isOwn = dimension === '-';
      const names = isOwn ? [second, ...others] : others;
      const [name = ''] = names;
      const [top = '1', bottom = '1'] = isOwn ? [] : second.split('/');
      const factor = rational(BigInt(top), BigInt(bottom));
      const unit: Unit = { name, dimension: isOwn ? name : dimension, factor };
      return names.map((spelling): [string, Unit] => [spelling, unit]);
    }),
);

/** Dimensions made of others: a litre is a thousandth of a cubic metre. */
const MADE_OF: Readonly<Record<string, readonly [dimensions: Readonly<Record<string, number>>, factor: Rational]>> = {
  V: [{ L: 3 }, rational(1n, 1000n)],
  G: [{ L: 3 }, rational(473176473n, 125000000000n)],
  S: [{ L: 1, T: -1 }, rational(1n)],
};

/** Letters that are far more often unknowns: units only where the other side has the bare number. */
export const LETTER_UNITS = new Set(['s', 'm', 'g', 'h', 'l', 'L', 'J', 'W', 'N', 'V', 'C', 'F', 'K']);

export function unitNamed(word: string): Unit | undefined {
  const lower = word.toLowerCase();
  return UNITS.get(lower) ?? (lower.length > 2 ? UNITS.get(lower.replace(/s$/, '')) : undefined);
}

/** A unit as powers of named ones: "km/h" → km 1, h −1. */
export type UnitPowers = ReadonlyMap<string, number>;

export function unitText(powers: UnitPowers): string {
  const parts = [...powers].filter(([, power]) => power !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return parts.map(([name, power]) => (power === 1 ? name : `${name}^${power}`)).join(' ');
}

/** Powers of the dimensions, as text, and the factor to their first units; null where a name is no unit. */
export function measureOf(unit: string): { readonly dimension: string; readonly factor: Rational } | null {
  const powers = new Map<string, number>();
  let factor = rational(1n);
  const take = (value: Rational, power: number): void => {
    const { top, bottom } = power < 0 ? { top: value.bottom, bottom: value.top } : value;
    for (let i = 0; i < Math.abs(power); i++) factor = multiplied(factor, { top, bottom });
  };
  for (const part of unit.split(' ')) {
    const [name = '', exponent = '1'] = part.split('^');
    const known = UNITS.get(name);
    const power = Number(exponent);
    if (known === undefined || Math.abs(power) > 9) return null;
    const [dimensions, own] = MADE_OF[known.dimension] ?? [{ [known.dimension]: 1 }, rational(1n)];
    take(multiplied(known.factor, own), power);
    for (const [dimension, times] of Object.entries(dimensions)) {
      powers.set(dimension, (powers.get(dimension) ?? 0) + times * power);
    }
  }
  return { dimension: unitText(powers), factor };
}
