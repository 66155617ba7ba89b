import { onMount } from 'svelte';

/** What a part must know of the button that stood in its place. */
export interface TakenOver {
  /** The button was pressed before the part had come. */
  readonly wasPressed: boolean;
  readonly hadFocus: boolean;
}

/**
 * A menu whose program is fetched once the page has been painted: until then a plain button that looks the same is in
 * its place, and what is done to that button is not lost. To be made while a component is being set up.
 */
export class Deferred<Part> {
  #part = $state.raw<Part | null>(null);
  #takenOver: TakenOver = { wasPressed: false, hadFocus: false };
  #button: HTMLElement | undefined;
  #wasPressed = false;

  constructor(private readonly load: () => Promise<{ readonly default: Part }>) {
    onMount(() => void this.#fetch());
  }

  /** null: not here yet. */
  get part(): Part | null {
    return this.#part;
  }

  get takenOver(): TakenOver {
    return this.#takenOver;
  }

  /** The button's attachment. */
  readonly stand = (button: HTMLElement): void => {
    this.#button = button;
  };

  /** The button's click. A fetch that failed is tried again. */
  readonly press = (): void => {
    this.#wasPressed = true;
    void this.#fetch();
  };

  async #fetch(): Promise<void> {
    try {
      const { default: part } = await this.load();
      const hadFocus = this.#button !== undefined && document.activeElement === this.#button;
      this.#takenOver = { wasPressed: this.#wasPressed, hadFocus };
      this.#part = part;
    } catch {
      // No network: the button stays, and asks again when it is pressed.
    }
  }
}
