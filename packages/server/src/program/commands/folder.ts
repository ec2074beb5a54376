/** What a command works on: opened directly, beside a server that may be serving from it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isUuid } from '../../base/uuid.ts';
import type { Account } from '../../domain/accounts/account.ts';
import { parseIdentifier } from '../../domain/accounts/identifier.ts';
import type { Ports } from '../../domain/ports.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { openPorts } from '../open-ports.ts';
import { databasePath } from '../open-store.ts';
import { CommandRefused, type Invocation, type Outcome } from './command.ts';

/**
 * Does a command's work over the ports of the data folder or the database, and lets go of it. Throws CommandRefused when there is no
 * database, unless `make` says that the command may be the first to come.
 */
export async function withPorts(
  { loaded: { values } }: Invocation,
  work: (ports: Ports) => Promise<Outcome>,
  { make = false }: { make?: boolean } = {},
): Promise<Outcome> {
  if (!make) requireDatabase(values);
  const { ports, close } = await openPorts(values, { port: values.port, visits: true });
  try {
    return await work(ports);
  } finally {
    await close();
  }
}

/** Throws CommandRefused when the database is to be in the folder, and is not. */
export function requireDatabase({ dataFolder, databaseUrl }: Configuration): void {
  if (databaseUrl || existsSync(databasePath(dataFolder))) return;
  throw new CommandRefused(
    `There is no database in ${resolve(dataFolder)}. Name another folder with --data-folder, or make one with "doorward serve".`,
  );
}

/** Throws CommandRefused when the database is on Postgres, which has a `tool` of its own for this. */
export function requireFolder({ databaseUrl }: Configuration, tool: string): void {
  if (!databaseUrl) return;
  throw new CommandRefused(
    `The database is on Postgres, which has tools of its own for this: ${tool}. docs/guides/scale-out.md tells how.`,
  );
}

/** The account of an id, e-mail address or username. Throws CommandRefused when there is none. */
export async function findAccount({ store }: Ports, named: string): Promise<Account> {
  const { accounts } = store.read;
  const canonical = parseIdentifier(named)?.canonical;
  const account = isUuid(named)
    ? await accounts.find(named)
    : canonical === undefined
      ? undefined
      : await accounts.findByIdentifier(canonical);
  if (!account) throw new CommandRefused(`There is no account "${named}".`);
  return account;
}
