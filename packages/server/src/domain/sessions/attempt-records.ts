/** Sign-in attempts at the storage port. */
/** An attempt as the store keeps it. Times are milliseconds since 1970. */
export interface AttemptRow {
  /** UUIDv7. */
  readonly id: string;
  /** Digest of the browser's secret. */
  readonly browser: string;
  /** JSON of who it is said to be and where the way leads on, sealed: what people mistype is often a password. */
  readonly sealed: Uint8Array;
  /** Whose first factor was proven; empty until one was. */
  readonly accountId: string;
  /** By what (RFC 8176), space-separated. */
  readonly amr: string;
  /** The password hash that was compared; empty when none was. */
  readonly phc: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Reading attempts. */
export interface AttemptReads {
  find(id: string): Promise<AttemptRow | undefined>;
}

/** Attempts. */
export interface AttemptRecords extends AttemptReads {
  insert(attempt: AttemptRow): Promise<void>;
  /** Notes what was proven in one statement, if it still stands where the step began, and its time is not over. */
  prove(
    from: Pick<AttemptRow, 'id' | 'accountId' | 'amr'>,
    to: Pick<AttemptRow, 'accountId' | 'amr' | 'phc'> & { readonly now: number },
  ): Promise<boolean>;
  /** Takes it out if it still stands where the step began, and its time is not over. */
  consume(attempt: Pick<AttemptRow, 'id' | 'accountId' | 'amr'> & { readonly now: number }): Promise<boolean>;
  /** Removes all of them; returns how many. */
  clear(): Promise<number>;
  collect(expiredBefore: number, limit: number): Promise<number>;
}
