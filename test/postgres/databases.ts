/** Databases for tests, on the server that they share. */
import { inject, onTestFinished } from 'vitest';
import type { Store } from '../../packages/server/src/domain/store.ts';
import { openPostgres, type PostgresOptions } from '../../packages/server/src/store/postgres/postgres.ts';
import { dropDatabase, makeDatabase } from '../kit/postgres.ts';

/** The hour at which these tests stand, in milliseconds since 1970. */
export const now = Date.UTC(2031, 4, 6, 7, 8, 9);

/** Makes a database that goes with the running test; returns its address. */
export async function freshDatabase(from?: 'template' | 'nothing'): Promise<string> {
  const address = await makeDatabase(inject('postgresPort'), from);
  onTestFinished(() => dropDatabase(address));
  return address;
}

/** Opens the store on a database. */
export const open = (address: string, options: Partial<PostgresOptions> = {}): Promise<Store> =>
  openPostgres({ ...storeOptions(address), ...options });

/** What opens the store on a database. */
export function storeOptions(address: string): PostgresOptions {
  const { hostname: host, port, pathname, username: name } = new URL(address);
  const database = pathname.slice(1);
  return {
    address: { host, port: Number(port), database, name, password: undefined, tls: undefined },
    poolSize: 8,
    connectTimeout: 5000,
    statementTimeout: 10_000,
    prepared: true,
    now,
  };
}
