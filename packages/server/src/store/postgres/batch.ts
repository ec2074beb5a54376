/**
 * Many statements in one round trip. The library sends one and waits for its answer; a batch sends all of them with one
 * `Sync` at the end, so that the first that fails keeps those after it from being done (Postgres: Pipelining).
 */
import type { Connection, Submittable } from 'pg';
import type { SqlRow, SqlValue } from '../sql.ts';
import { ConnectionLost, stateOf } from './faults.ts';

/** A statement in Postgres's words, its values as they travel. */
export interface SentStatement {
  readonly text: string;
  readonly values: readonly (string | Buffer | null)[];
}

/** What came of a statement. */
export interface Answer {
  readonly rows: SqlRow[];
  /** What was done: `UPDATE 1`, `COMMIT`. */
  readonly tag: string;
}

/** How many rows a statement changed. */
export const changedBy = ({ tag }: Answer): number => Number(/\d+$/.exec(tag)?.[0] ?? 0);

/** Checks values and makes them ready to travel. Throws a TypeError for what is no text, finite number, bytes or null. */
export const travelling = (values: readonly SqlValue[]): (string | Buffer | null)[] => values.map(travel);

function travel(value: SqlValue): string | Buffer | null {
  // Postgres knows no NUL in text; it would refuse the statement, and not say which value it was.
  if (typeof value === 'string' && !value.includes('\0')) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (value === null) return value;
  throw new TypeError(`a ${typeof value} cannot be bound`);
}

/** A statement as a connection knows it. */
interface Known {
  /** Empty when it is to be parsed each time. */
  readonly name: string;
  sent: boolean;
  places: ReadonlyMap<string, number>;
  readers: readonly Reader[];
}

type Reader = (value: string) => SqlValue;

/** The statements that a connection knows by now. */
export interface Shelf {
  known(text: string): Known;
  /** Notes that a statement is on its way to be parsed. */
  parsing(known: Known): void;
  /** The oldest of those was parsed. */
  parsed(): void;
  /** None of the others will be. */
  abandon(): void;
}

/** Makes the shelf of one connection. Unless `prepared`, it keeps nothing: a pooler may hand each batch to another server process. */
export function createShelf(prepared: boolean): Shelf {
  const all = new Map<string, Known>();
  let underWay: Known[] = [];
  return {
    known: (text) => {
      let known = all.get(text);
      if (!known) {
        known = { name: prepared ? `s${all.size}` : '', sent: false, places: new Map(), readers: [] };
        all.set(text, known);
      }
      return known;
    },
    parsing: (known) => {
      known.sent = known.name !== '';
      underWay.push(known);
    },
    parsed: () => void underWay.shift(),
    abandon: () => {
      for (const known of underWay) known.sent = false;
      underWay = [];
    },
  };
}

/** What is to be sent, and whom to tell. */
interface BatchParts {
  readonly statements: readonly SentStatement[];
  readonly shelf: Shelf;
  readonly resolve: (answers: Answer[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** What the library calls while the answers come in. */
interface Batch extends Submittable {
  handleRowDescription(message: { readonly fields: readonly Field[] }): void;
  handleDataRow(message: { readonly fields: readonly (string | null)[] }): void;
  handleCommandComplete(message: { readonly text: string }): void;
  handleReadyForQuery(): void;
  handleError(thrown: unknown): void;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** Makes a batch, to be handed to a client of the library. */
export function createBatch({ statements, shelf, resolve, reject }: BatchParts): Batch {
  const answers: Answer[] = [];
  const entries = statements.map(({ text }) => shelf.known(text));
  let rows: SqlRow[] = [];
  return {
    submit: (connection) => send(connection, { statements, entries, shelf }),
    handleRowDescription: ({ fields }) => {
      const known = entries[answers.length];
      if (!known) return;
      known.places = placesOf(fields);
      known.readers = fields.map(({ dataTypeID }) => readers.get(dataTypeID) ?? asText);
    },
    handleDataRow: ({ fields }) => {
      const known = entries[answers.length];
      if (known) rows.push(rowOf(known, fields));
    },
    handleCommandComplete: ({ text }) => {
      answers.push({ rows, tag: text });
      rows = [];
    },
    handleReadyForQuery: () => resolve(answers),
    handleError: (thrown) => {
      shelf.abandon();
      reject(
        stateOf(thrown) === undefined
          ? new ConnectionLost('the connection broke', { cause: thrown })
          : thrown,
      );
    },
  };
}

function send(
  connection: Connection,
  { statements, entries, shelf }: Pick<BatchParts, 'statements' | 'shelf'> & { entries: readonly Known[] },
): void {
  const { stream } = connection;
  stream.cork();
  statements.forEach(({ text, values }, place) => {
    const known = entries[place];
    if (!known) return;
    if (!known.sent) {
      connection.parse({ name: known.name, text, types: [] }, true);
      connection.describe({ type: 'S', name: known.name }, true);
      shelf.parsing(known);
    }
    connection.bind({ statement: known.name, values: [...values] }, true);
    connection.execute(null, true);
  });
  connection.sync();
  stream.uncork();
}

const rowOf = ({ places, readers: read }: Known, fields: readonly (string | null)[]): SqlRow => ({
  places,
  values: fields.map((field, place) => (field === null ? null : (read[place] ?? asText)(field))),
});

/** Before the names of columns that belong to the second of two rows which were found together. */
export const second = 'next ';

/** Where the columns stand. Those behind a column named `next` belong to a second row. */
function placesOf(fields: readonly Field[]): ReadonlyMap<string, number> {
  const border = fields.findIndex(({ name }) => name === second.trim());
  const named = fields.map(({ name }, place): [string, number] => [
    border === -1 || place < border ? name : second + name,
    place,
  ]);
  return new Map(named);
}

const asText: Reader = (value) => value;

/** Numbers and bytes come as they come from the embedded store. A number that is not kept exactly means a broken database. */
const asNumber: Reader = (value) => {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new TypeError('a number of the database is not a safe integer');
  return number;
};

const asBytes: Reader = (value) => Buffer.from(value.slice(2), 'hex');

/** By the ids of types in pg_type: bool, bytea, int8, int2, int4, numeric. */
const readers: ReadonlyMap<number, Reader> = new Map([
  [16, (value) => (value === 't' ? 1 : 0)],
  [17, asBytes],
  [20, asNumber],
  [21, asNumber],
  [23, asNumber],
  [1700, asNumber],
]);
