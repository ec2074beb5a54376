/** The data folder that a command works on: opened directly, beside a server that may be serving from it. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isUuid } from '../../base/uuid.ts';
import type { Account } from '../../domain/accounts/account.ts';
import { parseIdentifier } from '../../domain/accounts/identifier.ts';
import type { Ports } from '../../domain/ports.ts';
import { databasePath, openPorts } from '../open-ports.ts';
import { CommandRefused, type Invocation, type Outcome } from './command.ts';

/**
 * Does a command's work over the ports of the data folder, and lets go of it. Throws CommandRefused when there is no
 * database, unless `make` says that the command may be the first to come.
 */
export async function withPorts(
  { loaded: { values } }: Invocation,
  work: (ports: Ports) => Promise<Outcome>,
  { make = false }: { make?: boolean } = {},
): Promise<Outcome> {
  if (!make) requireDatabase(values.dataFolder);
  const { ports, close } = await openPorts(values, { port: values.port, visits: true });
  try {
    return await work(ports);
  } finally {
    await close();
  }
}

/** Throws CommandRefused when the folder holds no database. */
export function requireDatabase(dataFolder: string): void {
  if (existsSync(databasePath(dataFolder))) return;
  throw new CommandRefused(
    `There is no database in ${resolve(dataFolder)}. Name another folder with --data-folder, or make one with "doorward serve".`,
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
