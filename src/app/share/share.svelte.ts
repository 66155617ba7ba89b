import { type ClassTask, writeClassLink } from '../../run/formats/class-link';
import { classesOf, decideByClasses } from '../../run/decide';
import type { Decision } from '../../run/decision';
import type { RunRecord } from '../../run/saved-run';
import { LINK_LIMITS, writeRunLink, type WrittenLink } from '../../run/formats/share-codec';
import { hrefOf } from '../kit/route.svelte';
import type { RunView } from '../result/run-board.svelte';

/** A run as it is shown: by the rules that are tried, and without its branches. */
export interface SharedResult {
  readonly record: RunRecord;
  readonly decision: Decision;
}

/** The links of a result; null: not written yet. */
export interface ResultLinks {
  /** null: the run does not fit. */
  readonly full: WrittenLink | null;
  readonly compact: WrittenLink | null;
}

/** @param record the run of the view */
export function sharedResult(record: RunRecord, view: RunView): SharedResult {
  const shown = { ...record, voteOptions: view.voteOptions };
  return { record: shown, decision: decideByClasses(record.trace, view.voteOptions, classesOf(view.decision)) };
}

/** Whether nobody but this machine can open what lies at the address. */
export function isLocal({ protocol, hostname }: Pick<Location, 'protocol' | 'hostname'>): boolean {
  return protocol === 'file:' || /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0)$/.test(hostname);
}

/** What somebody means to share, and its links. The only writer of them. */
export class ShareState {
  #links = $state.raw<ResultLinks | null>(null);
  #classLink = $state.raw<string | null>(null);
  #call = 0;

  /** @param address of the page, without what stands after # */
  constructor(private readonly address: string) {}

  get links(): ResultLinks | null {
    return this.#links;
  }

  /** null: not written yet. */
  get classLink(): string | null {
    return this.#classLink;
  }

  /** Whether the class link is as short as links are to be. */
  get classLinkFits(): boolean {
    return (this.#classLink?.length ?? 0) <= LINK_LIMITS.full;
  }

  /** @param hide whoever opens the links is to think before the verdict is shown */
  async writeLinks({ record, decision }: SharedResult, hide: boolean): Promise<void> {
    const call = ++this.#call;
    const prefix = `${this.address}${hrefOf('view')}?r=`;
    const full = await writeRunLink(record, decision, { tier: 'full', prefix, hide });
    const compact = await writeRunLink(record, decision, { tier: 'compact', prefix, hide });
    if (call === this.#call) this.#links = { full, compact };
  }

  async writeClassLink(task: ClassTask): Promise<void> {
    const call = ++this.#call;
    const text = await writeClassLink(task);
    if (call === this.#call) this.#classLink = `${this.address}${hrefOf('solve')}?c=${text}`;
  }
}
