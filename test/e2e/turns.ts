/** Whose turn it is on a machine that several passes share. */
export interface Turns {
  /** Runs beside everything else that does. */
  shared: <T>(run: () => Promise<T>) => Promise<T>;
  /** Runs while nobody else's turn is. */
  alone: <T>(run: () => Promise<T>) => Promise<T>;
}

export type Turn = 'shared' | 'alone';

/** Who waits, in the order in which they asked; one that asks to be alone is not overtaken. */
export class Queue {
  #held: Turn[] = [];
  readonly #waiting: { turn: Turn; begin: () => void }[] = [];

  /** Calls `begin` when it is the turn of who asks. */
  ask(turn: Turn, begin: () => void): void {
    this.#waiting.push({ turn, begin });
    this.#next();
  }

  end(turn: Turn): void {
    const at = this.#held.indexOf(turn);
    this.#held = this.#held.toSpliced(at, 1);
    this.#next();
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting;
      const free = first?.turn === 'alone' ? this.#held.length === 0 : !this.#held.includes('alone');
      if (!first || !free) return;
      this.#waiting.shift();
      this.#held.push(first.turn);
      first.begin();
    }
  }
}
