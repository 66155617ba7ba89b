import type { RegisterSWOptions } from 'vite-plugin-pwa/types';

/** Starts the service worker; what it returns puts a waiting new version in its place. */
export type Register = (options: RegisterSWOptions) => () => Promise<void>;

/** What the service worker has to say: the page is now kept for use without a network, or a new version waits. */
export class OfflineState {
  #note = $state.raw<'ready' | 'update' | null>(null);
  readonly #takeOver: () => Promise<void>;
  #isAsked = false;

  /** @param reload loads the page anew */
  constructor(register: Register, reload: () => void = () => location.reload()) {
    this.#takeOver = register({
      onOfflineReady: () => (this.#note = 'ready'),
      onNeedRefresh: () => (this.#note = 'update'),
      // Another tab may have asked: a run that is under way in this one goes on.
      onNeedReload: () => {
        if (this.#isAsked) reload();
      },
    });
  }

  get note(): 'ready' | 'update' | null {
    return this.#note;
  }

  /** Takes the new version, which loads the page anew. */
  update(): Promise<void> {
    this.#isAsked = true;
    return this.#takeOver();
  }

  dismiss(): void {
    this.#note = null;
  }
}
