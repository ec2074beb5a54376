/**
 * The composition root: puts store, keys, queues, verbs and routes together. Two of them in one process share nothing.
 */
import type { Clock } from '../base/clock.ts';
import { addressMatcher } from '../base/network.ts';
import type { Argon2 } from '../domain/accounts/passwords.ts';
import type { CustomClaims } from '../domain/oauth/custom-claims.ts';
import { deliverNotices } from '../domain/oauth/deliver-notices.ts';
import type { Ports } from '../domain/ports.ts';
import { basicCarrier } from '../domain/tokens/basic-carrier.ts';
import type { Carrier } from '../domain/tokens/carrier.ts';
import { keyCarrier } from '../domain/tokens/key-carrier.ts';
import type { RevocationFeed } from '../domain/tokens/revocation-feed.ts';
import { sessionCarriers } from '../domain/tokens/session-carriers.ts';
import { createHandler, type Handler } from '../http/app.ts';
import type { HttpParts, Seen } from '../http/route.ts';
import { routes } from '../http/routes.ts';
import { createAssets } from './assets.ts';
import { type Configuration, type GivenSettings, loadConfiguration } from './configuration/configuration.ts';
import { devTools } from './dev/dev-tools.ts';
import type { Tallies } from './logs/tallies.ts';
import { keepMailPost } from './mail/mail-post.ts';
import { openPorts, type PortsExtras } from './open-ports.ts';
import { keepHouse } from './serving/housekeeping.ts';
import { keepPost, type Post } from './serving/post.ts';
import { type Verbs, verbs } from './verbs.ts';
import { version } from './version.ts';

/** How to embed a server: any setting of the configuration table by its name, and a few things that only a program can give. */
export interface DoorwardOptions {
  readonly [setting: string]: unknown;
  /** Time; the machine's unless given. */
  readonly clock?: Clock;
  /** Carriers of your own, looked for before the built-in ones. */
  readonly carriers?: readonly Carrier[];
  /** Adds claims to ID tokens, UserInfo and access tokens of clients; it may take a second. */
  readonly customClaims?: CustomClaims;
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
 * Makes a server on an embedded database, which it opens or creates in `dataFolder`, or on Postgres at `databaseUrl`; runs
 * migrations, makes keys. Throws
 * ConfigurationRefused with all wrong settings at once, and SchemaRefused for a database it must not touch.
 */
export async function createDoorward(options: DoorwardOptions): Promise<Doorward> {
  const { clock, carriers, report, observe, dangerousPasswordHash, customClaims, ...settings } = options;
  const { values } = loadConfiguration({ flags: settings satisfies GivenSettings });
  const assembly = await assemble(values, {
    clock,
    carriers,
    report,
    observe,
    dangerousPasswordHash,
    customClaims,
    port: values.port,
  });
  return {
    ...verbs(assembly.ports, assembly.parts.carriers),
    issuer: assembly.ports.settings.issuer,
    fetch: async (request, connection = { peer: undefined }) => assembly.handler(request, connection),
    close: assembly.close,
  };
}

/** What the configuration does not say. */
export interface AssemblyExtras extends PortsExtras {
  readonly carriers?: readonly Carrier[] | undefined;
  readonly observe?: ((seen: Seen) => void) | undefined;
}

/** Puts a server together from a checked configuration. */
export async function assemble(values: Configuration, extras: AssemblyExtras): Promise<Assembly> {
  const posts: { notices?: Post; mails?: Post | undefined } = {};
  const onRevoked = (): void => posts.notices?.nudge();
  const onPosted = (): void => posts.mails?.nudge();
  const onOutbox = (): void => {
    onRevoked();
    onPosted();
  };
  const telling = { onRevoked, onPosted, onOutbox };
  const { ports, feed, tallies, close } = await openPorts(values, { ...extras, ...telling });
  const parts = composeParts(ports, values, { ...extras, feed, tallies });
  const tools = await devTools(values, { ports, feed });
  const stopHousekeeping = keepHouse(ports);
  posts.notices = keepPost(ports, () => deliverNotices(ports));
  posts.mails = keepMailPost(ports, values);
  return {
    ports,
    feed,
    tallies,
    parts,
    handler: tools.telling(createHandler(parts, [...routes, ...tools.routes])),
    close: async () => {
      // Whoever still follows would look into a store that is closed.
      feed.close();
      tools.stop();
      await Promise.all([posts.notices?.stop(), posts.mails?.stop()]);
      await stopHousekeeping();
      await close();
    },
  };
}

function composeParts(
  ports: Ports,
  values: Configuration,
  { feed, tallies, observe, carriers = [] }: AssemblyExtras & { feed: RevocationFeed; tallies: Tallies },
): HttpParts {
  const { issuer } = ports.settings;
  const process = crypto.randomUUID().slice(0, 8);
  let requests = 0;
  let openApi: Promise<string> | undefined;
  const site = {
    origin: issuer,
    secure: issuer.startsWith('https:'),
    bodyLimit: values.bodyLimit,
    trusted: values.trustedProxies.length === 0 ? undefined : addressMatcher(values.trustedProxies),
  };
  return {
    ports,
    showingPorts: showingPorts(ports),
    carriers: [...carriers, ...Object.values(sessionCarriers), keyCarrier, basicCarrier],
    feed,
    version,
    site,
    observe: (seen) => {
      tallies.reply(seen);
      observe?.(seen);
      if (seen.status === 500) ports.report(seen.thrown);
    },
    metrics: async () => (await import('./logs/metrics.ts')).metricsText({ ports, feed, tallies }),
    openApi: () => (openApi ??= openApiText(site)),
    asset: createAssets(ports.report),
    nextRequestId: () => `${process}-${(requests++).toString(36)}`,
  };
}

/** Ports that read from the replica, and write nothing. */
function showingPorts(ports: Ports): Ports {
  const { replica } = ports.store;
  if (!replica) return ports;
  const refuse = (): Promise<never> => Promise.reject(new Error('a row that only shows was about to write'));
  const { read, rowCounts, sizes } = replica;
  return { ...ports, store: { ...ports.store, read, rowCounts, sizes, transact: refuse, once: refuse } };
}

/** Loaded and made at the first request for it: it takes a moment, and most processes never need it. */
async function openApiText(site: HttpParts['site']): Promise<string> {
  const { openApiDocument } = await import('../http/openapi.ts');
  return JSON.stringify(openApiDocument({ table: routes, site, version }));
}
