/** What the tests of the client begin with: a server, a clock, a store, and clients of them. */
import type { Client, ClientOptions } from '../src/client.ts';
import { createClient } from '../src/create-client.ts';
import { memoryStore, type TokenStore } from '../src/store.ts';
import { type ManualClock, manualClock } from '../src/testing/manual-clock.ts';
import {
  issuer,
  type ScriptedServer,
  type ScriptedServerOptions,
  scriptedServer,
} from './scripted-server.ts';

/** Somebody whom the scripted server knows. */
export const ada = { identifier: 'ada@example.com', password: 'right' };

/** Milliseconds. */
export const second = 1000;

/** Where a test begins. */
export interface Scene {
  readonly server: ScriptedServer;
  readonly clock: ManualClock;
  readonly store: TokenStore;
  /** A client of the store, that refreshes at a fixed moment and repeats nothing, unless told. */
  make(more?: Partial<ClientOptions>): Client;
  /** One that Ada is signed in with. */
  signedIn(more?: Partial<ClientOptions>): Promise<Client>;
  /** How often somebody asked for a refresh. */
  refreshes(): number;
}

/** Sets the scene. */
export function scene(options: ScriptedServerOptions = {}): Scene {
  const [server, clock, store] = [scriptedServer(options), manualClock(), memoryStore()];
  const make = (more: Partial<ClientOptions> = {}): Client =>
    createClient({ issuer, store, clock, jitter: 0, backoffSeconds: [], fetch: server.fetch, ...more });
  return {
    server,
    clock,
    store,
    make,
    signedIn: async (more) => {
      const client = make(more);
      await client.signIn(ada);
      return client;
    },
    refreshes: () => server.count('/refresh'),
  };
}

/** What work fails with; undefined when it does not. */
export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

/** The status that a client is in. */
export const statusOf = async (client: Client): Promise<string> => (await client.session()).status;
