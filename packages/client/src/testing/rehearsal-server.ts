/**
 * A server as a function: it keeps the rules of a real one, spoils a refresh when it is told to, and counts what it sees.
 */
import { jsonOf, membersOf } from '../check.ts';
import { type Clock, pause } from '../clock.ts';
import { busy, type SessionRules, sessionRules } from './session-rules.ts';

/** The issuer of every rehearsal. */
export const rehearsalIssuer = 'https://doorward.test';
/** Milliseconds for which a busy server asks to be left alone. */
export const rest = 30_000;
/** Milliseconds that an answer takes. */
const latency = 100;

/**
 * What becomes of a refresh: `lost` rotates and loses the reply, `silent` rotates and never answers, `busy` refuses with
 * `Retry-After` and goes on refusing for so long.
 */
export type Mishap = 'lost' | 'silent' | 'busy';

/** What arrived. */
export interface RequestCounts {
  readonly signIns: number;
  readonly refreshes: number;
  /** Requests to an API. */
  readonly calls: number;
}

/** What a server has seen so far. */
export interface Seen extends RequestCounts {
  /** Refreshes that were under way at one moment, at most. */
  readonly refreshesAtOnce: number;
  /** Refreshes that came before any time had passed since a reply was lost. */
  readonly hasty: number;
  /** Refreshes that came while the server had asked to be left alone. */
  readonly early: number;
  /** When a reply was lost, and when the refresh after it came. */
  readonly lostAt: number | undefined;
  readonly repeatedAt: number | undefined;
}

/** A server for one scenario. */
export interface RehearsalServer {
  readonly fetch: typeof globalThis.fetch;
  seen(): Seen;
  /** The access token that was given out last; none once the session has ended. */
  accessToken(): string | undefined;
  /** Milliseconds after its rotation at which an old refresh token came and ended the session. */
  reusedAfter(): number | undefined;
  /** Whether somebody waits for an answer that never comes. */
  isSilent(): boolean;
  /** Spoils the next refresh. */
  spoil(mishap: Mishap): void;
  /** Drops whoever still waits, and answers nobody any more. */
  hangUp(): void;
}

/** Makes a server by a clock that nobody sets. */
export function rehearsalServer(clock: Clock): RehearsalServer {
  const rules = sessionRules(clock);
  const gone = new AbortController();
  const seen = nothing();
  const { spoil, refresh, isSilent } = refreshes(clock, rules, seen);
  // A request that nobody holds may be collected, and what its signal says gets lost with it.
  const asked = new Set<Request>();
  const answer = async (request: Request): Promise<Response> => {
    const { origin, pathname } = new URL(request.url);
    const body = membersOf(jsonOf(await request.text()));
    if (origin !== rehearsalIssuer) throw new TypeError(`nobody answers at ${origin}: hand \`issuer\` on`);
    if (gone.signal.aborted) throw noAnswer();
    const wait = waiting(clock, [request.signal, gone.signal]);
    switch (pathname) {
      case '/api/v1/tokens/refresh':
        return refresh(body['refresh_token'], wait);
      case '/api/v1/tokens/revoke':
        return wait(rules.revoke(body['token']), latency);
      case '/api/v1/sessions':
        seen.signIns++;
        return wait(rules.signIn(), latency);
      default:
        seen.calls++;
        return wait(rules.call(request.headers.get('authorization')), latency);
    }
  };
  return {
    seen: () => seen,
    accessToken: rules.accessToken,
    reusedAfter: rules.reusedAfter,
    spoil,
    hangUp: () => gone.abort(noAnswer()),
    isSilent,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      asked.add(request);
      return answer(request).finally(() => asked.delete(request));
    },
  };
}

type Counting = { -readonly [Name in keyof Seen]: Seen[Name] };

const nothing = (): Counting => ({
  signIns: 0,
  refreshes: 0,
  calls: 0,
  refreshesAtOnce: 0,
  hasty: 0,
  early: 0,
  lostAt: undefined,
  repeatedAt: undefined,
});

/** The refreshes of a server, and what becomes of them. */
function refreshes(clock: Clock, rules: SessionRules, seen: Counting) {
  let mishap: Mishap | undefined;
  let restUntil = 0;
  let underWay = 0;
  let unanswered = 0;
  const count = (now: number): void => {
    seen.refreshes++;
    seen.refreshesAtOnce = Math.max(seen.refreshesAtOnce, underWay);
    if (seen.lostAt === now) seen.hasty++;
    if (seen.lostAt !== undefined) seen.repeatedAt ??= now;
    if (now < restUntil) seen.early++;
  };
  /** The answer to a refresh, and the milliseconds that it takes. */
  const answered = (token: unknown, now: number): [Response, number] => {
    const what = mishap;
    mishap = undefined;
    if (what === 'busy') restUntil = now + rest;
    if (now < restUntil) return [busy(Math.ceil((restUntil - now) / 1000)), latency];
    const answer = rules.refresh(token);
    if (what !== 'lost') return [answer, what === 'silent' ? Infinity : latency];
    seen.lostAt = now;
    throw noAnswer();
  };
  return {
    isSilent: () => unanswered > 0,
    spoil: (what: Mishap): void => {
      mishap = what;
    },
    refresh: async (token: unknown, wait: Wait): Promise<Response> => {
      underWay++;
      count(clock.now());
      let silent = 0;
      try {
        const [answer, milliseconds] = answered(token, clock.now());
        silent = milliseconds === Infinity ? 1 : 0;
        unanswered += silent;
        return await wait(answer, milliseconds);
      } finally {
        underWay--;
        unanswered -= silent;
      }
    },
  };
}

/** Hands an answer on after some milliseconds, unless the caller has enough before. */
type Wait = (answer: Response, milliseconds: number) => Promise<Response>;

function waiting(clock: Clock, signals: readonly (AbortSignal | null)[]): Wait {
  return (answer, milliseconds) =>
    new Promise((resolve, reject) => {
      for (const signal of signals) {
        const stop = (): void => reject(signal?.reason as Error);
        if (signal?.aborted) stop();
        signal?.addEventListener('abort', stop);
      }
      if (milliseconds < Infinity) void pause(clock, milliseconds).then(() => resolve(answer));
    });
}

/** What fetch rejects with when nobody answers. */
const noAnswer = (): TypeError => new TypeError('fetch failed');
