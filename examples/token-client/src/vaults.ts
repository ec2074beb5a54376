/**
 * The vaults: each is one client of the central server with an encrypted file of its own. There is one client a vault, or
 * two of them would refresh against each other; there are so many vaults and no more; and those whose tokens are over go.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@doorward/client';
import { Refused } from '@doorward/examples-kit';
import type { Clock } from 'doorward';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** The vaults by name. */
export interface Vaults {
  /** The vault of the process itself, which always exists. */
  readonly single: Client;
  find(name: string): Client | undefined;
  /** Makes a vault and keeps it if `fill` resolves. Throws what `fill` throws, and `Refused` 429 when there are too many. */
  add<T>(name: string, fill: (client: Client) => Promise<T>): Promise<T>;
  drop(name: string): Promise<void>;
  close(): Promise<void>;
}

/** What vaults are made of. */
export interface VaultParts {
  readonly folder: string;
  /** Vaults that there are at most. */
  readonly most: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Makes the client of the vault in a file. */
  readonly open: (file: string) => Client;
}

const collectEveryMilliseconds = 60_000;
/** Names are digests; what else lies in the folder is not ours to open. */
const namePattern = /^[\w-]{43}$/;

/** Opens the vaults in a folder. */
export function openVaults({ folder, most, clock, log, metrics, open }: VaultParts): Vaults {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (name: string): string => join(folder, name);
  const found = readdirSync(folder).filter((name) => namePattern.test(name));
  const clients = new Map(found.map((name) => [name, open(fileOf(name))]));
  const single = open(fileOf('single'));
  let arriving = 0;

  const drop = async (name: string): Promise<void> => {
    const client = clients.get(name);
    clients.delete(name);
    await client?.close();
    rmSync(fileOf(name), { force: true });
    log('DEBUG', 'a vault was dropped');
  };
  const collect = async (): Promise<void> => {
    for (const [name, client] of clients) {
      const state = await client.session();
      if (state.status !== 'signed-out' && (state.refreshExpiresAt ?? Infinity) > clock.now()) continue;
      if (state.status !== 'signed-out') metrics.expired('refresh');
      await drop(name);
    }
  };
  const stop = repeat(clock, () => collect().catch(() => log('ERROR', 'the vaults could not be read')));
  return {
    single,
    find: (name) => clients.get(name),
    add: async (name, fill) => {
      if (clients.size + arriving >= most) await collect();
      if (clients.size + arriving >= most)
        throw new Refused(429, 'Too many users are signed in. Try again later.', { 'retry-after': '60' });
      arriving += 1;
      const client = open(fileOf(name));
      try {
        const filled = await fill(client);
        clients.set(name, client);
        log('DEBUG', 'a vault was made');
        return filled;
      } finally {
        arriving -= 1;
        if (!clients.has(name)) await client.close();
      }
    },
    drop,
    close: async () => {
      stop();
      await Promise.all([single, ...clients.values()].map((client) => client.close()));
    },
  };
}

/** Works now and, a minute after each time, again. Returns how to stop it. */
function repeat(clock: Clock, work: () => Promise<void>): () => void {
  let cancel = (): void => undefined;
  let stopped = false;
  const turn = async (): Promise<void> => {
    await work();
    if (!stopped) cancel = clock.after(collectEveryMilliseconds, () => void turn());
  };
  void turn();
  return () => {
    stopped = true;
    cancel();
  };
}
