/** What the store knows of a table. */
export interface TableSize {
  readonly table: string;
  readonly rows: number;
  /** On disk, with its indexes. */
  readonly bytes: number;
  /** Rows of now that were born since the moment asked for; undefined where rows do not know their birth. */
  readonly born: number | undefined;
  /** When the oldest row was born, in milliseconds since 1970. */
  readonly oldest: number | undefined;
}
