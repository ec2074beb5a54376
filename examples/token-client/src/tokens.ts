/** Looking at the tokens of the caller, and refreshing them by hand. */
import type { Endpoint, Parts } from './endpoints.ts';
import { signInFirst } from './refusals.ts';

/** The endpoints about tokens. No token is ever in their answers. */
export const tokenEndpoints = ({ callers, clock, log }: Parts): readonly Endpoint[] => [
  {
    row: 'GET /token/status',
    summary: 'Which tokens the caller has, and until when.',
    answers: { 200: 'Times are ISO 8601 in UTC; a token that is not there counts as expired.' },
    handler: async (c) => {
      const state = await callers.clientOf(c)?.session();
      const { accessExpiresAt, refreshExpiresAt } =
        state === undefined || state.status === 'signed-out' ? {} : state;
      const isOver = (end: number | undefined): boolean => end === undefined || end <= clock.now();
      const timeOf = (end: number | undefined): string | null =>
        end === undefined ? null : new Date(end).toISOString();
      return c.json({
        has_access_token: accessExpiresAt !== undefined,
        has_refresh_token: refreshExpiresAt !== undefined,
        access_token_expired: isOver(accessExpiresAt),
        refresh_token_expired: isOver(refreshExpiresAt),
        access_expires_at: timeOf(accessExpiresAt),
        refresh_expires_at: timeOf(refreshExpiresAt),
      });
    },
  },
  {
    row: 'POST /token/refresh',
    summary: 'Refreshes now.',
    limited: true,
    answers: {
      200: 'There is a new pair of tokens.',
      401: 'Nobody is signed in, or the central server refused; the tokens are dropped.',
      503: 'The central server is unreachable; the tokens are kept.',
    },
    handler: async (c) => {
      const client = callers.clientOf(c);
      if (client === undefined) throw signInFirst();
      await client.refresh();
      log('DEBUG', 'a refresh was asked for by hand');
      return c.json({ message: 'Token refreshed successfully' });
    },
  },
];
