/** What an endpoint is: one row says all of it, and the routes, the limits, the figures and the documents follow. */
import type { Client } from '@doorward/client';
import type { Handler } from '@doorward/examples-kit';
import type { Clock } from 'doorward';
import type * as v from 'valibot';
import type { Callers } from './callers.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** One endpoint. */
export interface Endpoint {
  readonly row: `${'GET' | 'POST'} /${string}`;
  /** A sentence for the documents. */
  readonly summary: string;
  /** The fields of its JSON body. */
  readonly body?: v.ObjectSchema<v.ObjectEntries, undefined>;
  /** It takes an access token in the header `Authorization`. */
  readonly bearer?: boolean;
  /** Who calls it tries to prove something, so it is rate limited. */
  readonly limited?: boolean;
  /** Its answers by status, a few words each. */
  readonly answers: Readonly<Record<number, string>>;
  readonly handler: Handler;
}

/** What the endpoints work with. */
export interface Parts {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Whose tokens are where. */
  readonly callers: Callers;
  /** A client without tokens, for those who are nobody yet. */
  readonly stranger: Client;
  /** The address of the central server. */
  readonly central: string;
  /** Asks the central server, at a path, without tokens of ours. Throws `Refused` 503 when it is unreachable. */
  readonly ask: (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>;
}
