/**
 * The guard of an API: puts keys, feed, cache and server together by its options. Two guards in one process share nothing.
 */
import { tokenProver } from './access-token.ts';
import { createAnswer, type Verdict } from './answer.ts';
import type { GuardFailureCode } from './failure.ts';
import { type GuardOptions, type GuardSettings, readOptions } from './options.ts';
import type { Ask, KeySource, Log, RevocationFeed } from './ports.ts';
import { createAsk, createEmbeddedAsk } from './remote/ask.ts';
import { createRevocationFeed } from './remote/feed.ts';
import { type Issuer, tell } from './remote/issuer.ts';
import { createKeySource } from './remote/keys.ts';
import type { GuardRequest } from './request.ts';
import type { Requirement } from './requirements.ts';
import { withServerTime } from './server-time.ts';
import { type GuardState, metricsText } from './state.ts';
import { createTokenCache } from './token-cache.ts';
import { createVerifier, type OfflineParts } from './verify.ts';

/** Tells who is calling. */
export interface Guard {
  /** The principal of a request that meets all requirements, or the failure to send. Never rejects. */
  verify(request: GuardRequest | Request, ...requirements: readonly Requirement[]): Promise<Verdict>;
  /** How it stands. */
  state(): GuardState;
  /** The state in the text format of Prometheus. */
  metrics(): string;
  /** Stops following the feed and fetching keys. */
  close(): void;
}

/** Makes a guard. Throws GuardMisconfigured with everything that is wrong with the options. */
export function guard(options: GuardOptions): Guard {
  const settings = withServerTime(readOptions(options));
  const { clock, issuer, carriers } = settings;
  const { log, linesLost } = carefulLog(settings.log);
  const line: Issuer = {
    origin: issuer,
    fetch: settings.fetch,
    clock,
    timeoutSeconds: settings.timeoutSeconds,
    log,
  };
  const offline = offlineParts(settings, line);
  const verdicts: Partial<Record<GuardFailureCode | 'passed', number>> = {};

  const answer = createAnswer({
    prove: createVerifier({
      find: { carriers: new Set(carriers), secure: issuer.startsWith('https:') },
      origins: new Set(settings.origins),
      tokens: settings,
      offline,
      ask: askOf(settings, line, offline?.feed),
      clock,
    }),
    now: () => clock.now() / 1000,
    realm: issuer,
    basic: carriers.includes('basic'),
    report: (thrown) => tell(line, 'warn', { event: 'check-broken', reason: String(thrown) }),
    count: (outcome) => {
      verdicts[outcome] = (verdicts[outcome] ?? 0) + 1;
    },
  });

  const state = (): GuardState => ({
    feed: offline?.feed?.state() ?? { status: 'off', revoked: 0, heardSecondsAgo: undefined },
    keys: offline?.keys.state() ?? { held: 0, ageSeconds: undefined },
    cachedTokens: offline?.cache.size() ?? 0,
    verdicts: { ...verdicts },
    linesLost: linesLost(),
  });
  return {
    verify: (request, ...requirements) => answer(request, requirements),
    state,
    metrics: () => metricsText(state()),
    close: () => {
      offline?.keys.close();
      offline?.feed?.close();
    },
  };
}

/** Everything that proves JWTs; undefined where there is an embedded server to ask. */
function offlineParts(
  settings: GuardSettings,
  issuer: Issuer,
): (OfflineParts & { readonly keys: KeySource }) | undefined {
  const { doorward, carriers, check, feed: kind, feedSilenceSeconds: silenceSeconds } = settings;
  if (doorward || !carriers.some((carrier) => carrier === 'jwt' || carrier === 'jwt-cookie'))
    return undefined;
  const keys = createKeySource({ issuer, algorithm: settings.algorithm, background: kind === 'push' });
  const feed = check === 'offline' ? createRevocationFeed({ issuer, kind, silenceSeconds }) : undefined;
  const cache = createTokenCache(settings.tokenCacheEntries);
  keys.onGone(cache.dropKey);
  feed?.onEnded(cache.dropSession);
  return { prove: tokenProver(settings, keys), keys, feed, cache, onFeedLoss: settings.onFeedLoss };
}

function askOf(
  { doorward, askCacheSeconds, askCacheEntries, forwardPeer, client, audience, machines }: GuardSettings,
  issuer: Issuer,
  feed: RevocationFeed | undefined,
): Ask {
  const clients = client && { client, audience, machines };
  if (doorward) return createEmbeddedAsk(issuer, doorward, clients);
  return createAsk({
    issuer,
    cacheSeconds: askCacheSeconds,
    cacheEntries: askCacheEntries,
    forwardPeer,
    clients,
    feed,
  });
}

/** A log whose failures stay with it: a check that was about to refuse must not break over a line about it. */
function carefulLog(log: Log): { readonly log: Log; readonly linesLost: () => number } {
  let lost = 0;
  const careful: Log = (line) => {
    try {
      log(line);
    } catch {
      lost += 1;
    }
  };
  return { log: careful, linesLost: () => lost };
}
