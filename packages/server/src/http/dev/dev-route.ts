/**
 * Rows of the tools for developers. They are in no table but that of a server that is not in production and listens on this
 * machine alone; and even there they answer nobody who came from elsewhere, or by another name (DNS rebinding), or through
 * something in between.
 */
import type { GenericSchema } from 'valibot';
import { isLoopback } from '../../base/loopback.ts';
import { addressMatcher } from '../../base/network.ts';
import { fail } from '../../domain/failures.ts';
import { type Call, openRoute, type Reply, type Route, type RouteFacts } from '../route.ts';

/** What a row of a tool says. */
export type DevFacts = Pick<RouteFacts, 'method' | 'path' | 'summary' | 'page' | 'answers'> & {
  readonly form?: true;
  readonly body?: GenericSchema;
  readonly query?: GenericSchema;
};

type Typed<Facts extends DevFacts> = Call<
  Facts['body'] extends GenericSchema ? import('valibot').InferOutput<Facts['body']> : undefined,
  Facts['query'] extends GenericSchema ? import('valibot').InferOutput<Facts['query']> : undefined
>;

const isOfThisMachine = addressMatcher(['127.0.0.0/8', '::1/128']);
/** What something in between says of whom it speaks for. */
const between = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'] as const;

/** A row of a tool. Whoever is not on this machine finds nothing there. */
export const devRoute = <const Facts extends DevFacts>(
  facts: Facts,
  handle: (call: Typed<Facts>) => Promise<Reply> | Reply,
): Route =>
  openRoute(
    {
      ...facts,
      subject: 'dev',
      forgery: facts.method === 'GET' ? 'none' : 'always',
      limits: ['none'],
      failures: ['not_found'],
    },
    (call) => {
      if (!isNear(call)) throw fail('not_found');
      return handle(call);
    },
  );

const isNear = ({ request, network, wire }: Call): boolean =>
  isOfThisMachine(network) &&
  isLoopback(new URL(request.url).hostname) &&
  between.every((name) => wire.header(name) === undefined);
