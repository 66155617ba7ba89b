/**
 * What is left of a problem's text. A reader takes the parts that it understands, one after another; the rest must then be
 * made of words that change nothing, or the problem says more than was read.
 */
export class Statement {
  #rest: string;

  /** @param text as plainText gives it */
  constructor(text: string) {
    this.#rest = text;
  }

  get rest(): string {
    return this.#rest;
  }

  get isChinese(): boolean {
    return /\p{Script=Han}/u.test(this.#rest);
  }

  /** Takes the first match out; null: there is none, and nothing changes. */
  take(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.#rest);
    if (found === null) return null;
    this.#rest = `${this.#rest.slice(0, found.index)} | ${this.#rest.slice(found.index + found[0].length)}`;
    return found;
  }

  /** Whether the rest says nothing more than these words do. */
  saysOnly(vocabulary: Vocabulary): boolean {
    return this.wordsBeyond(vocabulary)?.length === 0;
  }

  /** The English words of the rest that are not among these; null: there is something else than words and signs. */
  wordsBeyond(vocabulary: Vocabulary): readonly string[] | null {
    const rest = this.#rest.replace(vocabulary.chinese, ' ');
    if (/[^a-z\s|.,:;?!'()-]/.test(rest)) return null;
    const words = rest.split(/[^a-z]+/).filter((word) => word !== '' && !vocabulary.english.has(word));
    return [...new Set(words)];
  }
}

interface Vocabulary {
  readonly english: ReadonlySet<string>;
  readonly chinese: RegExp;
}

const ASKING =
  'find what is the value of result answer compute calculate evaluate determine work out give me us state how much get obtain figure ' +
  'a an and are be it its that to for in this these will would do does you your i we show now then let if so ' +
  'following given consider suppose know known please equals equal solving need help with by can their when if do each whose which there s';
const ASKING_CHINESE =
  '求值|是多少|等于多少|等于几|是几|多少|几|计算|算出|算一算|算|求出|求|试求|试|解|请问|请|已知|如果|若|设|那么|则|问|的值|的结果|结果|答案|下列|下面|这个|这|一下|的|是|为|和|与|有|它|其|等于|中|里|出|个|一|什么|在|啊|呢|得|得到';

/** The words of asking, and the family's own. @param chinese patterns, divided by | */
export function vocabulary(english: string, chinese: string): Vocabulary {
  return {
    english: new Set([...ASKING.split(' '), ...english.split(' ')]),
    // The longest first: 多少 before 多.
    chinese: new RegExp(
      [...chinese.split('|'), ...ASKING_CHINESE.split('|')].sort((a, b) => b.length - a.length).join('|'),
      'g',
    ),
  };
}
