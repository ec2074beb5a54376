import { inspect } from 'node:util';

const shown = '[secret]';

/**
 * A value that never prints: logs, JSON, templates and the debugger all show the same constant. Only
 * `reveal` gives it out, and that word can be searched for.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself, for the one place that needs it. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
