/** What every endpoint has and none says: its limit, its figures, its line in the log, and refusals of one shape. */
import { ClientFailure } from '@doorward/client';
import { type Handler, networkOf } from '@doorward/examples-kit';
import type { Endpoint, Parts } from './endpoints.ts';
import type { RateLimit } from './rate-limit.ts';
import { refusalOf } from './refusals.ts';

/** The handler of an endpoint, watched. Throws `Refused` for all that the endpoint and the client refuse. */
export function watched(
  { row, limited = false, handler }: Endpoint,
  { clock, metrics, log, limit }: Pick<Parts, 'clock' | 'metrics' | 'log'> & { readonly limit: RateLimit },
): Handler {
  return async (c) => {
    const began = clock.now();
    const note = (status: number, why = ''): void => {
      metrics.answered(row, status, clock.now() - began);
      log(status < 400 ? 'INFO' : 'ERROR', `${row} answered ${status}${why}`);
    };
    try {
      if (limited) limit(row, networkOf(c));
      const answer = await handler(c);
      note(answer.status);
      return answer;
    } catch (thrown) {
      const refused = refusalOf(thrown);
      note(refused?.status ?? 503, thrown instanceof ClientFailure ? `: ${thrown.code}` : '');
      throw refused ?? thrown;
    }
  };
}
