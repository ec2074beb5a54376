/**
 * The composition root: puts store, keys, queues, verbs and routes together. Two of them in one process share nothing.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { addressMatcher } from '../base/network.ts';
import { createHashingQueue } from '../domain/accounts/hashing-queue.ts';
import { type Argon2, createPasswords } from '../domain/accounts/passwords.ts';
import { createKeyRing } from '../domain/keys/key-ring.ts';
import { keepKeys } from '../domain/keys/rotate-keys.ts';
import { createVault } from '../domain/keys/vault.ts';
import type { Ports } from '../domain/ports.ts';
import type { Store } from '../domain/store.ts';
import { basicCarrier } from '../domain/tokens/basic-carrier.ts';
import type { Carrier } from '../domain/tokens/carrier.ts';
import { createHandles } from '../domain/tokens/handle.ts';
import { keyCarrier } from '../domain/tokens/key-carrier.ts';
import { createRevocationFeed, type RevocationFeed } from '../domain/tokens/revocation-feed.ts';
import { sessionCarriers } from '../domain/tokens/session-carriers.ts';
import { createHandler, type Handler } from '../http/app.ts';
import type { HttpParts, Seen } from '../http/route.ts';
import { routes } from '../http/routes.ts';
import { openSqlite } from '../store/sqlite.ts';
import { loadArgon2 } from './argon2.ts';
import {
  type Configuration,
  domainSettings,
  type GivenSettings,
  loadConfiguration,
} from './configuration.ts';
import { keepHouse } from './housekeeping.ts';
import { readMasterKey } from './master-key.ts';
import { createTallies, type Tallies } from './tallies.ts';
import { type Verbs, verbs } from './verbs.ts';
import { version } from './version.ts';

/** How to embed a server: any setting of the configuration table by its name, and a few things that only a program can give. */
export interface DoorwardOptions {
  readonly [setting: string]: unknown;
  /** Time; the machine's unless given. */
  readonly clock?: Clock;
  /** Carriers of your own, looked for before the built-in ones. */
  readonly carriers?: readonly Carrier[];
  /** Told of what breaks beside a request, and of replies with status 500. */
  readonly report?: (thrown: unknown) => void;
  /** Told of every reply. */
  readonly observe?: (seen: Seen) => void;
  /** The password hash; argon2id unless given. For benches alone. */
  readonly dangerousPasswordHash?: Argon2;
}

/** An authentication server inside a program. */
export interface Doorward extends Verbs {
  /** Answers a request. Name the `peer` address of the socket, or all callers share one network. */
  fetch(request: Request, connection?: { readonly peer: string | undefined }): Promise<Response>;
  readonly issuer: string;
  /** Stops its housekeeping, waits for what was accepted and lets go of the database. */
  close(): Promise<void>;
}

/** The inside of a server, for the command line. */
export interface Assembly {
  readonly ports: Ports;
  readonly feed: RevocationFeed;
  readonly tallies: Tallies;
  readonly parts: HttpParts;
  readonly handler: Handler;
  close(): Promise<void>;
}

/**
 * Makes a server on an embedded database: opens or creates it in `dataFolder`, runs migrations, makes keys. Throws
 * ConfigurationRefused with all wrong settings at once, and SchemaRefused for a database it must not touch.
 */
export async function createDoorward(options: DoorwardOptions): Promise<Doorward> {
  const { clock, carriers, report, observe, dangerousPasswordHash, ...settings } = options;
  const { values } = loadConfiguration({ flags: settings satisfies GivenSettings });
  const assembly = await assemble(values, {
    clock,
    carriers,
    report,
    observe,
    dangerousPasswordHash,
    port: values.port,
  });
  return {
    ...verbs(assembly.ports),
    issuer: assembly.ports.settings.issuer,
    fetch: async (request, connection = { peer: undefined }) => assembly.handler(request, connection),
    close: assembly.close,
  };
}

/** What the configuration does not say. */
export interface AssemblyExtras {
  readonly clock?: Clock | undefined;
  readonly carriers?: readonly Carrier[] | undefined;
  readonly report?: ((thrown: unknown) => void) | undefined;
  readonly observe?: ((seen: Seen) => void) | undefined;
  readonly dangerousPasswordHash?: Argon2 | undefined;
  /** The port that is really listened on. */
  readonly port: number;
  /** Reads through the database first. */
  readonly integrityCheck?: boolean | undefined;
}

/** Puts a server together from a checked configuration. */
export async function assemble(values: Configuration, extras: AssemblyExtras): Promise<Assembly> {
  const clock = extras.clock ?? systemClock;
  mkdirSync(values.dataFolder, { recursive: true, mode: 0o700 });
  const path = join(values.dataFolder, 'doorward.db');
  const store = await openSqlite({ path, now: clock.now(), integrityCheck: extras.integrityCheck });
  try {
    return await assembleOn(store, values, { ...extras, clock });
  } catch (thrown) {
    await store.close();
    throw thrown;
  }
}

async function assembleOn(
  store: Store,
  values: Configuration,
  extras: AssemblyExtras & { clock: Clock },
): Promise<Assembly> {
  const { clock } = extras;
  const feed = createRevocationFeed({ read: store.read, clock });
  const tallies = createTallies(() => feed.nudge());
  const ports = composePorts(store, values, { ...extras, tallies });
  await keepKeys({ store, vault: ports.vault, settings: ports.settings, now: clock.now() });
  await ports.keys.reload();
  const parts = composeParts(ports, values, { feed, tallies, observe: extras.observe });
  const stopHousekeeping = keepHouse(ports);
  return {
    ports,
    feed,
    tallies,
    parts,
    handler: createHandler(parts, routes),
    close: async () => {
      await stopHousekeeping();
      await store.close();
    },
  };
}

function composePorts(
  store: Store,
  values: Configuration,
  extras: AssemblyExtras & { clock: Clock; tallies: Tallies },
): Ports {
  const { clock, carriers = [], tallies, report = () => undefined, port } = extras;
  const vault = createVault(readMasterKey(values.dataFolder, values.masterKey));
  const queue = createHashingQueue({ concurrency: values.hashingConcurrency, length: values.hashingQueue });
  return {
    store,
    clock,
    vault,
    settings: domainSettings(values, port),
    handles: createHandles(vault),
    keys: createKeyRing({ read: store.read, vault, clock }),
    passwords: createPasswords(extras.dangerousPasswordHash ?? loadArgon2(), queue),
    carriers: [...carriers, ...Object.values(sessionCarriers), keyCarrier, basicCarrier],
    tally: tallies,
    report,
  };
}

function composeParts(
  ports: Ports,
  values: Configuration,
  { feed, tallies, observe }: { feed: RevocationFeed; tallies: Tallies; observe: AssemblyExtras['observe'] },
): HttpParts {
  const { issuer } = ports.settings;
  const process = crypto.randomUUID().slice(0, 8);
  let requests = 0;
  return {
    ports,
    feed,
    version,
    site: {
      origin: issuer,
      secure: issuer.startsWith('https:'),
      bodyLimit: values.bodyLimit,
      trusted: values.trustedProxies.length === 0 ? undefined : addressMatcher(values.trustedProxies),
    },
    observe: (seen) => {
      tallies.reply(seen);
      if (seen.status === 500) ports.report(seen.thrown);
      observe?.(seen);
    },
    metrics: async () => (await import('./metrics.ts')).metricsText({ ports, feed, tallies }),
    nextRequestId: () => `${process}-${(requests++).toString(36)}`,
  };
}
