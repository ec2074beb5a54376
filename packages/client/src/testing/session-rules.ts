/**
 * The one session of a rehearsal, and the rules of a real server for it: access tokens end, a refresh token rotates, its
 * direct predecessor gets the same successor for a while, an older one ends the session.
 */
import { chance } from '../chance.ts';
import type { Clock } from '../clock.ts';

/** Milliseconds that an access token lives. */
export const life = 300_000;
/** Milliseconds for which the direct predecessor of a refresh token is good. */
export const predecessorWindow = 30_000;

/** A session, from its sign-in on. */
export interface SessionRules {
  signIn(): Response;
  /** Rotates, or ends the session when the token comes too late. */
  refresh(token: unknown): Response;
  /** Ends the session of a token, or none. */
  revoke(token: unknown): Response;
  /** Answers whoever brings an access token that is good. */
  call(authorization: string | null): Response;
  /** The access token that was given out last. */
  accessToken(): string | undefined;
  /** How long after its rotation the token came that ended the session, in milliseconds. */
  reusedAfter(): number | undefined;
}

/** A pair of tokens. The numbers of pairs go up by one with each rotation, and by more with each sign-in. */
interface Pair {
  /** No other server gives such tokens: what a scenario leaves in a store means nothing to the next one. */
  readonly name: number;
  readonly number: number;
  readonly bornAt: number;
}

const accessOf = ({ name, number }: Pair): string => `dw_at_rehearsal-${name}-${number}`;
const refreshOf = ({ name, number }: Pair): string => `dw_rt_rehearsal-${name}-${number}`;

/** Makes a server's rules by a clock that nobody sets. */
export function sessionRules(clock: Clock): SessionRules {
  // Of the session that is open, oldest first.
  let pairs: readonly Pair[] = [];
  let next = 1;
  const name = chance();
  let reusedAfter: number | undefined;
  const issue = (before: readonly Pair[]): void => {
    pairs = [...before, { name, number: next++, bornAt: clock.now() }];
  };
  const tokens = (): object => pairs.slice(-1).map((pair) => tokensOf(pair, clock.now()))[0] ?? {};
  return {
    signIn: () => {
      issue([]);
      return json(201, { account, session: { id: `rehearsal-${next}` }, ...tokens() });
    },
    refresh: (token) => {
      const at = pairs.findIndex((pair) => refreshOf(pair) === token);
      const age = clock.now() - (pairs.at(-1)?.bornAt ?? 0);
      if (at >= 0 && at === pairs.length - 1) issue(pairs);
      else if (at < 0 || at < pairs.length - 2 || age > predecessorWindow) {
        if (at >= 0) [reusedAfter, pairs] = [age, []];
        return refusal(401, 'refresh_refused', 'The refresh token is not valid. Sign in again.');
      }
      return json(200, tokens());
    },
    revoke: (token) => {
      if (pairs.some((pair) => [accessOf(pair), refreshOf(pair)].includes(String(token)))) pairs = [];
      return new Response(null, { status: 204, headers: { 'content-type': 'text/plain; charset=utf-8' } });
    },
    call: (authorization) => {
      const pair = pairs.find((one) => authorization === `Bearer ${accessOf(one)}`);
      const isGood = pair !== undefined && clock.now() < pair.bornAt + life;
      return isGood
        ? json(200, { account })
        : refusal(401, 'credentials_invalid', 'The credential is not valid.');
    },
    accessToken: () => pairs.slice(-1).map(accessOf)[0],
    reusedAfter: () => reusedAfter,
  };
}

/** What a token answer says (RFC 6749 §5.1). */
const tokensOf = (pair: Pair, now: number): object => ({
  access_token: accessOf(pair),
  token_type: 'Bearer',
  expires_in: (pair.bornAt + life - now) / 1000,
  refresh_token: refreshOf(pair),
  refresh_expires_in: 2_592_000,
});

const account = { id: 'rehearsal', name: 'Ada', email: 'ada@example.com', username: null, roles: [] };

const json = (status: number, body: object, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

/** A refusal as a server says it (RFC 9457, RFC 6750 §3). */
function refusal(status: number, code: string, title: string): Response {
  return json(
    status,
    { type: 'about:blank', title, status, code },
    {
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer realm="https://doorward.test", error="invalid_token"',
    },
  );
}

/** The refusal of a server that asks to be left alone for some seconds (RFC 9110 §10.2.3). */
export const busy = (seconds: number): Response =>
  json(
    503,
    { type: 'about:blank', title: 'The store does not answer.', status: 503, code: 'store_unavailable' },
    { 'content-type': 'application/problem+json', 'retry-after': String(seconds) },
  );
