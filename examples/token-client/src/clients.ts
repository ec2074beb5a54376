/** How the central server is asked: by a client with tokens in a file, by one without tokens, and without any. */
import { hash } from 'node:crypto';
import { type Client, createClient } from '@doorward/client';
import { fileStore } from '@doorward/client/file';
import type { Clock } from 'doorward';
import type { Parts } from './endpoints.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { observedFetch } from './observed-fetch.ts';
import { unavailable } from './refusals.ts';

/** What clients are made of. */
export interface ClientParts {
  /** The address of the central server. */
  readonly central: string;
  /** What the files are encrypted under. */
  readonly secret: string;
  readonly ahead: 'lazy' | 'timer';
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The ways to the central server. */
export interface Clients extends Pick<Parts, 'ask' | 'stranger'> {
  /** Makes the client whose tokens are in a file. */
  open(file: string): Client;
}

/** Milliseconds that the central server may take to answer. */
const patience = 10_000;

/** Makes the ways to a central server. */
export function clientsOf({ central, secret, ahead, clock, log, metrics }: ClientParts): Clients {
  const key = hash('sha256', secret, 'buffer');
  const common = { issuer: central, clock, clientName: 'token client' };
  return {
    open: (file) => {
      const client = createClient({
        ...common,
        store: fileStore(file, { key }),
        ahead,
        refreshAheadSeconds: 30,
        // All vaults are of one program: there is no fleet that could refresh in step.
        jitter: 0,
        fetch: observedFetch({ log, metrics, clock, state: () => client.session() }),
      });
      return client;
    },
    stranger: createClient({ ...common, fetch: observedFetch({ log, metrics, clock }) }),
    ask: async (path, headers = {}) => {
      try {
        return await fetch(`${central}${path}`, { headers, signal: AbortSignal.timeout(patience) });
      } catch {
        log('ERROR', 'the central server is unreachable');
        throw unavailable();
      }
    },
  };
}
