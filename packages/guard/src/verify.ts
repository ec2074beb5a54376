/**
 * The way from a request to a principal: find the credential, keep forged requests out, prove it, and know that its
 * session still lives. Each step gives the next one what it needs, or refuses.
 */
import { type ProveToken, type TokenCheck, type TokenOutcome, vouchedToken } from './access-token.ts';
import { type Arrival, hasExpired, type TokenCarrier } from './claims.ts';
import type { Clock } from './clock.ts';
import type { Credential } from './credential.ts';
import { isRefusal, type Refusal, refuse } from './failure.ts';
import { type FindRules, findCredential } from './find-credential.ts';
import { forgeryRefusal } from './forgery.ts';
import type { Ask, RevocationFeed } from './ports.ts';
import type { Principal, TokenPrincipal } from './principal.ts';
import type { GuardRequest } from './request.ts';
import { digestOf, type ProvenToken, type TokenCache } from './token-cache.ts';

/** What to do with good JWTs while nobody hears of sign-outs. */
export type OnFeedLoss = 'continue' | 'ask' | 'refuse';

/** How JWTs are proven without asking about each. */
export interface OfflineParts {
  readonly prove: ProveToken;
  readonly cache: TokenCache;
  /** Without one, the server is asked whether the session of a proven token still lives. */
  readonly feed: RevocationFeed | undefined;
  readonly onFeedLoss: OnFeedLoss;
}

/** What a verifier is made of. */
export interface VerifierParts {
  readonly find: FindRules;
  /** Pages that may make changes by cookie or Basic. */
  readonly origins: ReadonlySet<string>;
  readonly tokens: TokenCheck;
  /** Undefined where an embedded server is asked about everything. */
  readonly offline: OfflineParts | undefined;
  readonly ask: Ask;
  readonly clock: Clock;
}

/** What becomes of a request. */
export type Outcome = Principal | Refusal;

/** Makes the verifier. It throws or rejects when a part of it does; whoever calls it fails closed. */
export function createVerifier(parts: VerifierParts): (request: GuardRequest) => Outcome | Promise<Outcome> {
  const { offline, clock } = parts;
  return (request) => {
    const credential = findCredential(request, parts.find);
    if (isRefusal(credential)) return credential;
    const forged = forgeryRefusal(credential, request, parts.origins);
    if (forged) return forged;
    const { carrier } = credential;
    if (carrier !== 'jwt' && carrier !== 'jwt-cookie') return askAbout(parts, credential);
    const arrival = { carrier, now: clock.now() / 1000 };
    return offline ? viaKeys(parts, offline, { credential, arrival }) : viaServer(parts, credential, arrival);
  };
}

/** A JWT on its way. */
interface TokenCase {
  readonly credential: Credential;
  readonly arrival: Arrival & { readonly carrier: TokenCarrier };
}

/** Proves a JWT, unless it was proven before. Nothing waits for anything where nothing has to be fetched. */
function viaKeys(parts: VerifierParts, offline: OfflineParts, token: TokenCase): Outcome | Promise<Outcome> {
  const { arrival, credential } = token;
  const digest = digestOf(credential.value);
  const cached = offline.cache.get(digest);
  if (cached && cached.principal.carrier === arrival.carrier) {
    if (hasExpired(cached.principal.expiresAt, arrival.now, parts.tokens.leewaySeconds))
      return refuse('credentials_invalid', 'expired');
    return whileItLives(parts, offline, { credential, ...cached });
  }
  const keep = (outcome: TokenOutcome): Outcome | Promise<Outcome> => {
    if (isRefusal(outcome)) return outcome;
    offline.cache.put(digest, outcome);
    return whileItLives(parts, offline, { credential, ...outcome });
  };
  const outcome = offline.prove(credential.value, arrival);
  return outcome instanceof Promise ? outcome.then(keep) : keep(outcome);
}

/** A JWT whose signature and claims hold. */
interface Proven extends ProvenToken {
  readonly credential: Credential;
}

/** Passes a proven token whose session is not known to have ended, by news that can be relied on. */
function whileItLives(
  parts: VerifierParts,
  { feed, onFeedLoss, cache }: OfflineParts,
  { credential, principal, kid }: Proven,
): Outcome | Promise<Outcome> {
  if (!feed) return askAbout(parts, credential, principal);
  const judge = (): Outcome | Promise<Outcome> => {
    const over = endingOf(feed, principal) ?? (feed.ended(kid) ? 'key-withdrawn' : undefined);
    if (over) {
      if (principal.sessionId !== undefined) cache.dropSession(principal.sessionId);
      return refuse('credentials_invalid', over);
    }
    if (feed.status() === 'following' || onFeedLoss === 'continue') return principal;
    if (onFeedLoss === 'refuse') return refuse('server_unavailable', 'feed-lost');
    return askAbout(parts, credential, principal);
  };
  const ready = feed.ready();
  return ready ? ready.then(judge) : judge();
}

/** What of a principal is known to have ended: its session, or at its client the tokens of this sign-in, or all. */
function endingOf(
  feed: Pick<RevocationFeed, 'ended'>,
  { sessionId, clientId, familyId }: TokenPrincipal,
): string | undefined {
  if (sessionId !== undefined && feed.ended(sessionId)) return 'session-ended';
  if (clientId !== undefined && feed.ended(clientId)) return 'client-ended';
  return familyId !== undefined && feed.ended(familyId) ? 'tokens-ended' : undefined;
}

/** Has an embedded server vouch for a JWT, then judges its claims by the rules of this guard. */
async function viaServer(parts: VerifierParts, credential: Credential, arrival: Arrival): Promise<Outcome> {
  const outcome = await parts.ask(credential);
  if (isRefusal(outcome)) return outcome;
  const principal = vouchedToken(credential.value, parts.tokens, arrival);
  return isRefusal(principal) ? principal : agreed(outcome, principal);
}

/** Asks the server; of a token that is proven already, whether it still stands. */
async function askAbout(
  { ask }: VerifierParts,
  credential: Credential,
  proven?: TokenPrincipal,
): Promise<Outcome> {
  const outcome = await ask(credential);
  return isRefusal(outcome) || !proven ? outcome : agreed(outcome, proven);
}

/** An answer about another session is a broken answer: a proxy mixed up replies, or kept one. */
function agreed(told: Principal, proven: TokenPrincipal): Outcome {
  if (told.sessionId !== proven.sessionId || told.accountId !== proven.accountId)
    return refuse('server_unavailable', 'answer-of-another');
  return Object.freeze({ ...told, expiresAt: proven.expiresAt });
}
