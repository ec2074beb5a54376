/** What a check of the doctor found. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly level: 'ok' | 'warn' | 'fail';
  /** What is the case; for `warn` and `fail`, also what to do. */
  readonly words: string;
}

/** A finding without objection. */
export const fine = (check: string, words: string): Finding => ({ check, level: 'ok', words });

/** Something that works, yet not as one would wish. */
export const doubtful = (check: string, words: string): Finding => ({ check, level: 'warn', words });

/** Something that does not work, or must not stay. */
export const wrong = (check: string, words: string): Finding => ({ check, level: 'fail', words });

/** The words of something thrown. */
export const thrownWords = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
