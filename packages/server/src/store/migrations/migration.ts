/** One step of the schema, in Postgres's type names. A step that was run once may never change. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}
