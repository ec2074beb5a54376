/**
 * The store on Postgres: many processes on one database, with the same statements and the same promises. Transactions run
 * side by side; what a body has read is locked until it is done, so that each sees the others before or after itself.
 */
import { systemClock } from '../../base/clock.ts';
import type { Replica, Store } from '../../domain/store.ts';
import { checkMarks } from '../admin/marks.ts';
import { tableSizes } from '../admin/table-sizes.ts';
import { migrate } from '../migrate.ts';
import { records, tables } from '../records.ts';
import { integer, type Sql, type SqlValue, text } from '../sql.ts';
import { changedBy, type SentStatement, travelling } from './batch.ts';
import {
  type ConnectOptions,
  connectPostgres,
  type PostgresAddress,
  type PostgresConnection,
  wayTime,
} from './connection.ts';
import { inDialect, spoken } from './dialect.ts';
import { isLacking, stateOf, unavailable } from './faults.ts';
import { createNews, type News } from './news.ts';
import { createPool, type Pool } from './pool.ts';
import { createReads } from './reads.ts';
import { patience, repeatedly } from './repeat.ts';
import { createReplicaReads } from './replica.ts';
import { checkStanding, noteStanding } from './standing.ts';
import { closing, createTransactions } from './transactions.ts';
import { marks, plain } from './writer.ts';

/** How to open a store on Postgres. Times are milliseconds. */
export interface PostgresOptions extends ConnectOptions {
  /** Connections at most; one of them reads for all. */
  readonly poolSize: number;
  /** Milliseconds since 1970, for the record of migrations. */
  readonly now: number;
  /** Takes a database that was put together from a dump. */
  readonly restored?: boolean;
  /** A standby to read from what is only shown, and how many milliseconds it may be behind. */
  readonly replica?: { readonly address: PostgresAddress; readonly lag: number } | undefined;
}

/** Connections to the replica. */
const replicaConnections = 4;

/** Connections that read: while one waits for its answer, the next group can be on its way. */
const readers = 2;

/**
 * Opens the store and brings its schema up to date. Throws SchemaRefused for a database that is newer than this program,
 * and `store_unavailable`.
 */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const connect = (): Promise<PostgresConnection> => connectPostgres(options);
  const opening = await repeatedly(() => prepareDatabase(connect, options), systemClock.now());
  const writing = createPool({ size: Math.max(1, options.poolSize - readers), patience, connect });
  const reading = createPool({ size: readers, patience, connect });
  const news = createNews({ pool: writing, connect: options.prepared ? connect : undefined });
  return assemble({ writing, reading, opening, news, ...toReplica(options) });
}

function toReplica({ replica, ...options }: PostgresOptions): Pick<Parts, 'replica'> {
  if (!replica) return {};
  const { address, lag } = replica;
  const connect = (): Promise<PostgresConnection> => connectPostgres({ ...options, address });
  return { replica: { pool: createPool({ size: replicaConnections, patience, connect }), lag } };
}

interface Parts {
  readonly writing: Pool;
  readonly reading: Pool;
  readonly opening: readonly SentStatement[];
  readonly news: News;
  readonly replica?: { readonly pool: Pool; readonly lag: number };
}

function assemble({ writing, reading, opening, news, replica }: Parts): Store {
  const sql = createReads(reading, readers);
  const { transact, once } = createTransactions({ pool: writing, opening, onWritten: news.tell });
  let closed = false;
  const underWay = new Set<Promise<unknown>>();
  const accepted = <T>(begin: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(closing());
    const work = begin();
    underWay.add(work);
    const forget = (): void => void underWay.delete(work);
    work.then(forget, forget);
    return work;
  };
  const read = records(sql);
  return {
    read,
    ...(replica && { replica: replicaOver(replica, { primary: writing, reads: sql }) }),
    transact: (work) => accepted(() => transact(work)),
    once: (work) => accepted(() => work(read, once)),
    onNews: news.hear,
    check: () => check(writing),
    backup: () =>
      Promise.reject(
        new Error('Postgres has tools of its own for this: pg_dump, or a copy of the whole server.'),
      ),
    ...counting(sql),
    close: async () => {
      closed = true;
      await Promise.allSettled(underWay);
      await news.close();
      await Promise.all([writing.close(), reading.close(), replica?.pool.close()]);
    },
  };
}

function replicaOver(
  { pool, lag }: { readonly pool: Pool; readonly lag: number },
  { primary, reads }: { readonly primary: Pool; readonly reads: Sql },
): Replica {
  const { sql, standing } = createReplicaReads({ replica: pool, primary, reads, lag });
  return { read: records(sql), ...counting(sql), standing };
}

const counting = (sql: Sql): Pick<Store, 'sizes' | 'rowCounts'> => ({
  sizes: async (since) => tableSizes(sql, await roomOf(sql), since),
  rowCounts: async () => {
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const row = await sql.get(`SELECT COUNT(*) AS n FROM ${table}`);
      counts[table] = row ? integer(row, 'n') : 0;
    }
    return counts;
  },
});

/** How much room each table takes with its indexes, in bytes; nothing where the server cannot tell. */
async function roomOf(sql: Sql): Promise<ReadonlyMap<string, number>> {
  const rows = await sql
    .all(
      `SELECT relname::text AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
        WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
    )
    .catch((thrown: unknown) => {
      if (isLacking(thrown)) return [];
      throw thrown;
    });
  return new Map(rows.map((row) => [text(row, 'name'), integer(row, 'bytes')]));
}

/** A write that nobody looks for: a server that only reads refuses it, and so does a disk that is full. */
async function check(pool: Pool): Promise<void> {
  try {
    await pool.use((connection) => connection.send([plain(marks.check)]));
  } catch (thrown) {
    throw unavailable(thrown);
  }
}

/** Takes, in a transaction, the lock under which one process at a time brings the schema up to date. */
const schemaLock = 'SELECT pg_advisory_xact_lock(6417221093)';

/** undefined_table. */
const noTable = '42P01';

/** Brings the schema up to date; returns what begins a transaction on this database. */
async function prepareDatabase(
  connect: () => Promise<PostgresConnection>,
  options: PostgresOptions,
  again = false,
): Promise<readonly SentStatement[]> {
  try {
    return await prepareUnder([plain('BEGIN'), plain(schemaLock)], connect, options);
  } catch (thrown) {
    // A move was done between looking whether it has left marks and reading them: now there are none.
    if (stateOf(thrown) === noTable && !again) return prepareDatabase(connect, options, true);
    if (!isLacking(thrown)) throw thrown;
    // An engine without such locks has rows, and a transaction that wrote one holds it.
    return prepareUnder([plain(marks.make), plain('BEGIN'), plain(marks.hold)], connect, options);
  }
}

async function prepareUnder(
  lock: readonly SentStatement[],
  connect: () => Promise<PostgresConnection>,
  { now, prepared, statementTimeout, restored = false }: PostgresOptions,
): Promise<readonly SentStatement[]> {
  const connection = await connect();
  try {
    const [durability] = await connection.send([plain("SELECT current_setting('synchronous_commit', true)")]);
    for (const statement of lock) await connection.send([statement]);
    const execute = async (statements: string): Promise<void> => {
      await connection.send(inDialect(statements).map(plain));
    };
    await checkMarks(sqlOf(connection), exists(connection));
    await migrate(sqlOf(connection), execute, now);
    if (!restored) await checkStanding(connection);
    await connection.send([plain(marks.make), plain('COMMIT')]);
    return [
      plain('BEGIN ISOLATION LEVEL READ COMMITTED'),
      // Acknowledged means on disk, whatever the database was told for others.
      ...(durability?.rows[0]?.values[0] === 'off' ? [plain('SET LOCAL synchronous_commit TO on')] : []),
      // Where a pooler refuses settings of connections, each transaction makes its own.
      ...(prepared
        ? []
        : [
            plain(`SET LOCAL statement_timeout TO ${statementTimeout}`),
            plain(`SET LOCAL idle_in_transaction_session_timeout TO ${statementTimeout + wayTime}`),
          ]),
    ];
  } finally {
    await connection.close();
  }
}

/** Notes that a database may be served from, whatever it was put together from. */
export async function notePostgresRestored(options: ConnectOptions): Promise<void> {
  const connection = await connectPostgres(options);
  try {
    await noteStanding(connection);
  } finally {
    await connection.close();
  }
}

const exists =
  (connection: PostgresConnection) =>
  async (table: string): Promise<boolean> => {
    const look = 'SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1';
    const [answer] = await connection.send([{ text: look, values: [table] }]);
    return answer?.rows.length === 1;
  };

/** Statements over one connection, one after the other. */
export function sqlOf(connection: PostgresConnection): Pick<Sql, 'all' | 'run'> {
  const ask = async (said: string, values: readonly SqlValue[]) => {
    const [answer] = await connection.send([{ text: spoken(said), values: travelling(values) }]);
    if (!answer) throw new Error('an answer is missing');
    return answer;
  };
  return {
    all: async (said, ...values) => (await ask(said, values)).rows,
    run: async (said, ...values) => changedBy(await ask(said, values)),
  };
}
