/** One connection to Postgres: sends batches, one after the other, and knows when it is of no use any more. */
import { Client, type ClientConfig } from 'pg';
import { systemClock } from '../../base/clock.ts';
import type { Secret } from '../../base/secret.ts';
import { type Answer, createBatch, createShelf, type SentStatement, type Shelf } from './batch.ts';
import { ConnectionLost, remedyOf } from './faults.ts';

/** Where a database stands. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly name: string;
  readonly password: Secret | undefined;
  /** The authorities that may vouch for the server, in PEM; empty for those of the machine. Undefined: no TLS. */
  readonly tls: { readonly authorities: readonly string[] } | undefined;
}

/** How to connect. Times are milliseconds. */
export interface ConnectOptions {
  readonly address: PostgresAddress;
  readonly connectTimeout: number;
  readonly statementTimeout: number;
  /** Whether statements may be prepared and settings kept, which old poolers between here and the server forbid. */
  readonly prepared: boolean;
}

/** A connection. */
export interface PostgresConnection {
  /**
   * Sends statements in one round trip and resolves with an answer for each. Rejects with what the server said of the
   * first that failed, and those after it were not done; or with ConnectionLost.
   */
  send(statements: readonly SentStatement[]): Promise<Answer[]>;
  readonly usable: boolean;
  /** Calls back for each notice on a channel that was listened to. */
  onNotice(hear: (topic: string) => void): void;
  /** Calls back once, when the connection is of no use any more. */
  onLoss(tell: () => void): void;
  close(): Promise<void>;
}

/** Milliseconds beyond the time that the server gives a statement, for the way there and back. */
export const wayTime = 5000;

/** Connects. Rejects with ConnectionLost, or with what the server said. */
export async function connectPostgres(options: ConnectOptions): Promise<PostgresConnection> {
  const client = new Client(configOf(options));
  const state: State = { usable: true, onLoss: [], shelf: createShelf(options.prepared) };
  const lose = (): void => {
    state.usable = false;
    for (const tell of state.onLoss.splice(0)) tell();
  };
  client.on('error', lose);
  client.on('end', lose);
  client.connection.on('parseComplete', state.shelf.parsed);
  try {
    await client.connect();
  } catch (thrown) {
    lose();
    throw remedyOf(thrown) ? thrown : new ConnectionLost('no connection', { cause: thrown });
  }
  return {
    get usable() {
      return state.usable;
    },
    onNotice: (hear) => void client.on('notification', ({ payload }) => hear(payload ?? '')),
    onLoss: (tell) => void state.onLoss.push(tell),
    send: async (statements) => {
      if (!state.usable) throw new ConnectionLost('the connection is closed');
      const stopWaiting = systemClock.after(options.statementTimeout + wayTime, () => {
        client.connection.stream.destroy(new Error('the server does not answer'));
      });
      try {
        return await sent(client, state.shelf, statements);
      } catch (thrown) {
        if (remedyOf(thrown) === 'elsewhere') lose();
        throw thrown;
      } finally {
        stopWaiting();
      }
    },
    close: async () => {
      state.usable = false;
      await client.end().catch(() => undefined);
    },
  };
}

interface State {
  usable: boolean;
  readonly onLoss: (() => void)[];
  readonly shelf: Shelf;
}

const sent = (client: Client, shelf: Shelf, statements: readonly SentStatement[]): Promise<Answer[]> =>
  new Promise((resolve, reject) => {
    client.query(
      createBatch({
        statements,
        shelf,
        resolve,
        reject: (reason) => reject(asError(reason)),
      }),
    );
  });

const asError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new ConnectionLost('the connection broke', { cause: thrown });

function configOf({ address, connectTimeout, statementTimeout, prepared }: ConnectOptions): ClientConfig {
  const { host, port, database, name, password, tls } = address;
  return {
    host,
    port,
    database,
    user: name,
    // Asked for when it is needed: what prints a client prints no password.
    password: password && (() => password.reveal()),
    ssl: tls && { rejectUnauthorized: true, ...(tls.authorities.length > 0 && { ca: [...tls.authorities] }) },
    connectionTimeoutMillis: connectTimeout,
    keepAlive: true,
    fallback_application_name: 'doorward',
    // A pooler refuses settings that it does not know.
    ...(prepared && {
      statement_timeout: statementTimeout,
      idle_in_transaction_session_timeout: statementTimeout + wayTime,
    }),
  };
}
