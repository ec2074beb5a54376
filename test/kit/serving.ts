/**
 * Servers for tests: the same assembly that the program makes, on a fresh data folder, with a clock that the test moves.
 * Journeys run over the bare handler and over a real socket alike.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type ManualClock, manualClock } from '../../packages/server/src/base/clock.ts';
import type { CustomClaims } from '../../packages/server/src/domain/oauth/custom-claims.ts';
import type { Carrier } from '../../packages/server/src/domain/tokens/carrier.ts';
import type { Handler } from '../../packages/server/src/http/app.ts';
import type { Seen } from '../../packages/server/src/http/route.ts';
import {
  type GivenSettings,
  loadConfiguration,
} from '../../packages/server/src/program/configuration/configuration.ts';
import { type Assembly, assemble } from '../../packages/server/src/program/create-doorward.ts';
import { listen } from '../../packages/server/src/program/serving/listener.ts';
import { lightArgon2 } from './light-argon2.ts';
import { giveBackDatabase, lendDatabase } from './postgres.ts';

/** A server under test. */
export interface Serving {
  /** The issuer, to build addresses from. */
  readonly origin: string;
  readonly clock: ManualClock;
  readonly assembly: Assembly;
  readonly dataFolder: string;
  /** What was answered, oldest first. */
  readonly seen: readonly Seen[];
  /** What was reported as broken, oldest first. */
  readonly reported: readonly unknown[];
  /** Sends a request as if from `peer` (handler) or from 127.0.0.1 (socket). */
  send(request: Request, peer?: string): Promise<Response>;
  close(): Promise<void>;
}

/** What a test may choose. */
export interface ServingOptions {
  /** Settings of the configuration table. */
  readonly settings?: GivenSettings;
  readonly carriers?: readonly Carrier[];
  readonly customClaims?: CustomClaims | undefined;
  /** Real argon2id with parameters for which a thousand guesses take a second; for tests that count guesses, not milliseconds. */
  readonly lightHashing?: boolean;
  readonly clock?: ManualClock;
  /** An existing data folder, kept at close; a fresh one, removed at close, unless given. */
  readonly dataFolder?: string;
}

/** The moment at which tests begin. */
export const testStart = Date.parse('2026-03-01T12:00:00Z');

/** Serves from the bare handler. */
export async function serveHandler(options: ServingOptions = {}): Promise<Serving> {
  const made = await make(options);
  const { handler } = made.assembly;
  return {
    ...made,
    send: async (request, peer = '203.0.113.7') => handler(request, { peer }),
  };
}

/** Serves on a real socket. */
export async function serveSocket(options: ServingOptions = {}): Promise<Serving> {
  const made = await make(options);
  const listener = await listen(made.assembly.handler, { host: '127.0.0.1', port: 0 });
  return {
    ...made,
    send: (request) => fetch(redirected(request, listener.port), { redirect: 'manual' }),
    close: async () => {
      await listener.stop(1000);
      await made.close();
    },
  };
}

/**
 * Serves on a real socket under its own address: the issuer names the port that is listened on, so that a browser that
 * is sent there is at home.
 */
export async function serveBrowsers(options: ServingOptions = {}): Promise<Serving> {
  // The port is known only once somebody listens, and the server is made for its address: so listening comes first.
  let handler: Handler = () => new Response(null, { status: 503 });
  const listener = await listen((request, connection) => handler(request, connection), {
    host: '127.0.0.1',
    port: 0,
  });
  const issuer = `http://localhost:${listener.port}`;
  const made = await make({ ...options, settings: { ...options.settings, issuer } });
  handler = made.assembly.handler;
  return {
    ...made,
    send: (request) => fetch(redirected(request, listener.port), { redirect: 'manual' }),
    close: async () => {
      await listener.stop(1000);
      await made.close();
    },
  };
}

/** Set where a run of the tests is meant for Postgres. */
const postgresPort: number | undefined = inject('postgresPort');

/** All ways, for `describe.each(servings)`. */
export const servings: readonly (readonly [string, typeof serveHandler])[] =
  postgresPort === undefined
    ? [
        ['the bare handler', serveHandler],
        ['a real socket', serveSocket],
      ]
    : [['Postgres', serveHandler]];

/** Two servers on the same data, by one clock: what is good once is good once for both. Closing throws what they have reported as broken. */
export async function serveTwo(
  options: ServingOptions = {},
): Promise<{ readonly one: Serving; readonly other: Serving; close(): Promise<void> }> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'doorward-two-'));
  const one = await serveHandler({ ...options, dataFolder });
  const other = await serveHandler({ ...options, dataFolder, clock: one.clock });
  return {
    one,
    other,
    close: async () => {
      await one.close();
      await other.close();
      await rm(dataFolder, { recursive: true });
      const broken = [...one.reported, ...other.reported];
      if (broken.length > 0) throw new AggregateError(broken, 'something broke beside the requests');
    },
  };
}

/** The same request to where the socket listens; the issuer stays what it is. */
const redirected = (request: Request, port: number): Request => {
  const url = new URL(request.url);
  return new Request(`http://127.0.0.1:${port}${url.pathname}${url.search}`, request);
};

async function make(options: ServingOptions): Promise<Omit<Serving, 'send'>> {
  const clock = options.clock ?? manualClock(testStart);
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'doorward-test-')));
  const seen: Seen[] = [];
  const reported: unknown[] = [];
  const database = await databaseFor(dataFolder, options);
  const { values } = loadConfiguration({
    flags: { dataFolder, issuer: 'http://localhost:3000', ...database, ...options.settings },
  });
  const assembly = await assemble(values, {
    clock,
    carriers: options.carriers,
    customClaims: options.customClaims,
    dangerousPasswordHash: options.lightHashing ? lightArgon2 : undefined,
    observe: (reply) => void seen.push(reply),
    report: (thrown) => void reported.push(thrown),
    port: 3000,
  });
  return {
    origin: assembly.ports.settings.issuer,
    clock,
    assembly,
    dataFolder,
    seen,
    reported,
    close: async () => {
      await assembly.close();
      if (options.dataFolder !== undefined) return;
      await rm(dataFolder, { recursive: true });
      if (database) await giveBackDatabase(database.databaseUrl);
    },
  };
}

/** The file that names the database of a data folder, where a run is meant for Postgres. */
export const databaseNote = (dataFolder: string): string => join(dataFolder, 'database-url');

/** Where a run is meant for Postgres, the database that takes the place of the one in the folder; a file there names it. */
async function databaseFor(
  dataFolder: string,
  { settings = {} }: ServingOptions,
): Promise<{ readonly databaseUrl: string } | undefined> {
  if (postgresPort === undefined || settings['databaseUrl'] !== undefined) return undefined;
  const note = databaseNote(dataFolder);
  if (existsSync(note)) return { databaseUrl: await readFile(note, 'utf8') };
  const databaseUrl = await lendDatabase(postgresPort);
  await mkdir(dataFolder, { recursive: true });
  await writeFile(note, databaseUrl);
  return { databaseUrl };
}
