import type { LearnProgress } from '../../learn/types';

/** The phases of a step as the page names them; `before` comes once, ahead of the first step. */
export type LearnPhase = 'before' | 'sample' | 'vote' | 'reference' | 'gradient' | 'optimiser' | 'after';

export interface ShownPhase {
  readonly phase: LearnPhase;
  readonly state: 'done' | 'now' | 'waiting';
  /** 0 … 1; null: under way, but nobody can say how far. */
  readonly share: number | null;
  /** Time it took, once it is done. */
  readonly tookMs: number | null;
  /** How long it took in the last step; null: not known yet. */
  readonly expectedMs: number | null;
  readonly progress: LearnProgress | null;
}

export interface ShownStep {
  /** 1-based, the one under way. */
  readonly step: number;
  readonly phases: readonly ShownPhase[];
  /** null: not known yet. */
  readonly stepRemainingMs: number | null;
  readonly allRemainingMs: number | null;
}

/** What a run will do. */
export interface PhasePlan {
  /** The first step to be taken. */
  readonly firstStep: number;
  readonly lastStep: number;
  readonly hasReference: boolean;
  /** Whether the answers before the first step have yet to be sampled. */
  readonly hasBefore: boolean;
  /** Problems of an evaluation, learned from and held out; 0: there is none. */
  readonly evaluated: number;
  isEvaluated(step: number): boolean;
}

/** A phase's own rate is trusted from this share on. */
const TELLING_SHARE = 0.1;

/** Follows a run by its progress messages: where it is, what each phase took, and what is left. Times in ms. */
export class PhaseClock {
  readonly #plan: PhasePlan;
  readonly #known = new Map<LearnPhase, number>();
  #step: number;
  #phases: LearnPhase[];
  #current: { phase: LearnPhase; startedMs: number; progress: LearnProgress; evaluated: number } | null = null;
  #took = new Map<LearnPhase, number>();

  constructor(plan: PhasePlan) {
    this.#plan = plan;
    this.#step = plan.firstStep;
    this.#phases = this.#phasesOf(plan.firstStep);
  }

  progress(progress: LearnProgress, nowMs: number): void {
    const phase = this.#phaseOf(progress);
    if (phase === 'sample' && this.#current?.phase === 'after') {
      this.#finish(nowMs);
      this.#next();
    }
    if (this.#current?.phase !== phase) {
      this.#finish(nowMs);
      this.#current = { phase, startedMs: nowMs, progress, evaluated: 0 };
      return;
    }
    const { progress: former, evaluated } = this.#current;
    // The second set of an evaluation counts from 0 again.
    const passed = phase === 'before' || phase === 'after' ? (progress.done < former.done ? former.total : 0) : 0;
    this.#current = { ...this.#current, progress, evaluated: evaluated + passed };
  }

  /** A step has been taken. */
  stepDone(nowMs: number): void {
    this.#finish(nowMs);
    this.#phases = this.#phases.filter((phase) => phase !== 'before');
    if (!this.#phases.includes('after')) this.#next();
  }

  shown(nowMs: number): ShownStep {
    const at = this.#current === null ? -1 : this.#phases.indexOf(this.#current.phase);
    const phases = this.#phases.map((phase, i): ShownPhase => {
      const tookMs = this.#took.get(phase) ?? null;
      const base = { phase, tookMs, expectedMs: this.#known.get(phase) ?? null, progress: null };
      if (i === at && this.#current !== null) {
        return { ...base, state: 'now', share: this.#share(), progress: this.#current.progress };
      }
      return tookMs === null ? { ...base, state: 'waiting', share: 0 } : { ...base, state: 'done', share: 1 };
    });
    const stepRemainingMs = this.#remaining(nowMs);
    const step = Math.min(this.#step, this.#plan.lastStep);
    return { step, phases, stepRemainingMs, allRemainingMs: this.#allRemaining(stepRemainingMs) };
  }

  #phaseOf({ phase }: LearnProgress): LearnPhase {
    switch (phase) {
      case 'evaluate':
        return this.#phases.includes('before') ? 'before' : 'after';
      case 'old-logprobs':
        return 'gradient';
      default:
        return phase;
    }
  }

  #finish(nowMs: number): void {
    if (this.#current === null) return;
    const { phase, startedMs } = this.#current;
    this.#took.set(phase, nowMs - startedMs);
    this.#known.set(phase, nowMs - startedMs);
    this.#current = null;
  }

  #next(): void {
    this.#step++;
    this.#took = new Map();
    this.#phases = this.#phasesOf(this.#step);
  }

  #phasesOf(step: number): LearnPhase[] {
    const { firstStep, hasReference, hasBefore, evaluated, isEvaluated } = this.#plan;
    const phases: LearnPhase[] = ['sample', 'vote', 'gradient', 'optimiser'];
    if (hasReference) phases.splice(2, 0, 'reference');
    if (hasBefore && step === firstStep) phases.unshift('before');
    if (evaluated > 0 && isEvaluated(step)) phases.push('after');
    return phases;
  }

  #share(): number | null {
    if (this.#current === null) return null;
    const { phase, progress, evaluated } = this.#current;
    const isEvaluation = phase === 'before' || phase === 'after';
    const total = isEvaluation ? this.#plan.evaluated : progress.total;
    return total <= 1 ? null : (evaluated + progress.done) / total;
  }

  /** Of the step under way: by the present phase's rate, or what it took last time, and by what the later phases took. */
  #remaining(nowMs: number): number | null {
    if (this.#current === null) return null;
    const { phase, startedMs } = this.#current;
    const elapsed = nowMs - startedMs;
    const share = this.#share() ?? 0;
    const expected = this.#expected(phase);
    const byRate = share >= TELLING_SHARE ? (elapsed / share) * (1 - share) : null;
    const inPhase = byRate ?? (expected === null ? null : Math.max(0, expected - elapsed));
    if (inPhase === null) return null;
    const later = this.#phases.slice(this.#phases.indexOf(phase) + 1).map((one) => this.#expected(one));
    return later.reduce<number | null>((sum, ms) => (sum === null || ms === null ? null : sum + ms), inPhase);
  }

  #allRemaining(stepRemainingMs: number | null): number | null {
    let sum = stepRemainingMs;
    for (let step = this.#step + 1; step <= this.#plan.lastStep; step++) {
      for (const phase of this.#phasesOf(step)) {
        const expected = this.#expected(phase);
        sum = sum === null || expected === null ? null : sum + expected;
      }
    }
    return sum;
  }

  /** Sampling before and after is the same work; a vote takes no time worth waiting for. */
  #expected(phase: LearnPhase): number | null {
    const likePhase = phase === 'after' ? 'before' : phase === 'before' ? 'after' : phase;
    return (
      this.#known.get(phase) ?? this.#known.get(likePhase) ?? (phase === 'vote' || phase === 'optimiser' ? 50 : null)
    );
  }
}
