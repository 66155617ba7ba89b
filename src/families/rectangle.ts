import { type FamilyReader, type FamilyReading, within } from './family';
import { Statement, vocabulary } from './statement';

const UNIT = String.raw`(?:millimet(?:er|re)s?|centimet(?:er|re)s?|met(?:er|re)s?|kilomet(?:er|re)s?|inch(?:es)?|feet|foot|yards?|units?|mm|cm|dm|km|m|ft|in)`;
const ENGLISH_UNIT = new RegExp(
  String.raw`(?<=\d) ?(?:sq(?:uare|\.)? )?${UNIT}(?:\^?2| squared)?(?![a-z])|(?<=\d) ?square ${UNIT}|\bsquare ${UNIT}(?![a-z])`,
  'g',
);
const CHINESE_UNIT = /(?<=\d)(?:平方)?(?:厘米|分米|毫米|千米|公里|米)/g;

const of = String.raw`(?: of (?:a|the|this) rectang(?:le|ular [a-z]+)(?= (?:is|equals|measures)| ?=))?(?: (?:is|of|equal to|equals|being|measures)| ?=|:|是|为|等于)* ?`;
const ROLES = {
  length: new RegExp(
    String.raw`\b(?:length|longer side|long side|height)${of}(\d+)\b|\b(\d+) long\b|\bl ?= ?(\d+)|(?<!周)长(?:度|边)?${of}(\d+)`,
  ),
  width: new RegExp(
    String.raw`\b(?:width|breadth|shorter side|short side)${of}(\d+)\b|\b(\d+) (?:wide|broad)\b|\bw ?= ?(\d+)|宽(?:度|边)?${of}(\d+)`,
  ),
  perimeter: new RegExp(String.raw`\bperimeter${of}(\d+)\b|\bp ?= ?(\d+)|周长${of}(\d+)`),
  area: new RegExp(String.raw`\barea${of}(\d+)\b|\ba ?= ?(\d+)|面积${of}(\d+)`),
};
const SIDES =
  /\b(?:(?:sides?|side lengths|dimensions|lengths)(?: (?:of|are|is|measure|measuring|equal to)|:| ?=)* )?(\d+) ?(?:by|x|\*|and) ?(\d+)\b|(\d+)\*(\d+)/;
const NAME = /\brectang(?:le|ular)\b|长方形|矩形/;
const ASKED = /\b(area|perimeter)\b|(面积|周长)/;
const WORDS = vocabulary(
  'rectangle rectangular with has have whose sides side length width lengths dimensions dimension by garden field room floor lawn yard ' +
    'plot park table poster playground pool long wide big large measures measuring total size in square units unit cm m of',
  '长方形|矩形|花园|操场|场地|房间|教室|菜地|草坪|纸|土地|地|块|一个|边长|平方?厘米|平方?米|厘米|米|且|其中|长和宽|分别|长|宽',
);

/** Areas and perimeters of rectangles. */
export const readRectangle: FamilyReader = (text) => {
  if (!NAME.test(text)) return null;
  const statement = new Statement(withoutUnits(text) ?? '');
  const both = statement.take(/长和宽(?:分别)?(?:是|为)?(\d+)[,和与](\d+)/) ?? null;
  const given = {
    length: numberOf(statement.take(ROLES.length)),
    width: numberOf(statement.take(ROLES.width)),
    perimeter: numberOf(statement.take(ROLES.perimeter)),
    area: numberOf(statement.take(ROLES.area)),
  };
  const sides = both ?? statement.take(SIDES);
  const asked = statement.take(ASKED);
  if (asked === null || ASKED.test(statement.rest) || !statement.saysOnly(WORDS)) return null;
  const kind = asked[1] === 'area' || asked[2] === '面积' ? 'area' : 'perimeter';
  const lengths = [given.length, given.width, ...numbersOf(sides)].filter((side) => side !== null);
  return wordings(kind, lengths, given);
};

function wordings(
  kind: 'area' | 'perimeter',
  sides: readonly number[],
  { perimeter, area }: { readonly perimeter: number | null; readonly area: number | null },
): FamilyReading {
  const [one = 0, two] = sides;
  if (two !== undefined) {
    if (sides.length > 2 || perimeter !== null || area !== null) return null;
    // Which of the two is called the length changes nothing.
    for (const [h, w] of [
      [one, two],
      [two, one],
    ] as const) {
      if (!within(h, 11, 60) || !within(w, 3, 19)) continue;
      return [
        `A rectangle is ${h} long and ${w} wide. Find its ${kind}.`,
        `What is the ${kind} of a rectangle with length ${h} and width ${w}?`,
        ...(within(w, 11, 60) && within(h, 3, 19) ? swapped(kind, w, h) : []),
      ];
    }
    return 'out-of-range';
  }
  if (sides.length !== 1) return null;
  if (kind === 'perimeter' && area !== null && perimeter === null) {
    if (!within(one, 3, 9) || !within(area / one, 11, 60)) return 'out-of-range';
    return [
      `A rectangle has area ${area} and width ${one}. Find its perimeter.`,
      `The area of a rectangle is ${area} and its width is ${one}. What is its perimeter?`,
    ];
  }
  if (kind === 'area' && perimeter !== null && area === null) {
    if (!within(one, 3, 19) || !within(perimeter / 2 - one, 11, 60)) return 'out-of-range';
    return [
      `A rectangle has perimeter ${perimeter} and width ${one}. Find its area.`,
      `The perimeter of a rectangle is ${perimeter} and its width is ${one}. What is its area?`,
    ];
  }
  return null;
}

function swapped(kind: string, h: number, w: number): string[] {
  return [
    `A rectangle is ${h} long and ${w} wide. Find its ${kind}.`,
    `What is the ${kind} of a rectangle with length ${h} and width ${w}?`,
  ];
}

/** null: there are several units, which would have to be converted. */
function withoutUnits(text: string): string | null {
  const units = new Set(
    [...text.matchAll(ENGLISH_UNIT), ...text.matchAll(CHINESE_UNIT)].map(([unit]) =>
      unit
        .replace(/平方|squared?|sq\.?|\^?2/g, '')
        .trim()
        .replace(/met(?:er|re)s?$/, 'm')
        .replace(/^centim/, 'cm')
        .replace(/^millim/, 'mm')
        .replace(/^kilom/, 'km')
        .replace(/^厘米/, 'cm')
        .replace(/^米/, 'm')
        .replace(/s$/, ''),
    ),
  );
  if (units.size > 1) return null;
  return text.replace(ENGLISH_UNIT, '').replace(CHINESE_UNIT, '');
}

function numbersOf(found: RegExpExecArray | null): number[] {
  return found?.slice(1).flatMap((part: string | undefined) => (part === undefined ? [] : [Number(part)])) ?? [];
}

const numberOf = (found: RegExpExecArray | null): number | null => numbersOf(found)[0] ?? null;
