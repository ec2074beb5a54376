/**
 * The outbox: what is to be told outside this server is written in the transaction of what it tells of, and leaves when
 * it was taken there.
 */

/** What every line has. Times are milliseconds since 1970. */
export interface OutboxLine {
  readonly id: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly createdAt: number;
}

/** The verbs of an outbox. */
export interface OutboxRecords<Line extends OutboxLine> {
  insert(line: Line): Promise<void>;
  /** Takes up to `limit` that are due, oldest first, counts the attempt and hides them from others until `until`. */
  claim(claim: { now: number; until: number; limit: number }): Promise<Line[]>;
  /** When it is to be tried again, unless somebody else has claimed it since. */
  defer(line: Pick<OutboxLine, 'id' | 'attempts'>, nextAt: number): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Removes up to `limit` whose time was over before a moment. */
  collect(before: number, limit: number): Promise<number>;
}
