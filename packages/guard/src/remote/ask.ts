/**
 * Asking the server who presents a credential, by presenting exactly that credential to it and nothing else. An answer
 * counts for whoever was waiting before the question was put, never for those who came after: a sign-out that was
 * acknowledged meanwhile must not be overtaken.
 */
import { hash, randomBytes } from 'node:crypto';
import { type Credential, headerOf } from '../credential.ts';
import { isRefusal, type Refusal, refuse } from '../failure.ts';
import type { EmbeddedServer } from '../options.ts';
import type { Ask, RevocationFeed } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { type KnownCaller, readCaller } from './caller-answer.ts';
import { type CallerCache, createCallerCache } from './caller-cache.ts';
import { type IntrospectionRules, introspect, isOfClient } from './introspection.ts';
import { askIssuer, type Issuer, reasonOf } from './issuer.ts';

/** Bytes of an answer. */
const sizeLimit = 65_536;
/** What can stand in a header as it is; whatever else came is no credential. */
const presentable = /^[\x20-\x7e]{1,16384}$/;
const peerPattern = /^[0-9A-Fa-f.:]{2,45}$/;

/** How the server is asked. */
export interface AskOptions {
  readonly issuer: Issuer;
  /** Seconds for which an answer is kept; 0 keeps none. */
  readonly cacheSeconds: number;
  /** Answers that are kept. */
  readonly cacheEntries: number;
  /** Whether the server is told who asked, in `X-Forwarded-For`. */
  readonly forwardPeer: boolean;
  /** How tokens of clients are asked about; undefined where they are refused. */
  readonly clients?: IntrospectionRules | undefined;
  /** News of sign-outs, which empty the cache; undefined where nobody follows. */
  readonly feed: Pick<RevocationFeed, 'ended' | 'onEnded'> | undefined;
}

/** Makes the question over the network. */
export function createAsk(options: AskOptions): Ask {
  const { issuer, cacheSeconds, cacheEntries, feed } = options;
  const cache = createCallerCache({ clock: issuer.clock, seconds: cacheSeconds, entries: cacheEntries });
  feed?.onEnded(cache.dropSession);
  // Made at the first question: Workers give no chance while a module loads.
  let salt = '';
  const put = (credential: Credential): Promise<KnownCaller | Refusal> =>
    putQuestion(issuer, credential, { more: forwardedFor(options, credential), clients: options.clients });
  const share = createSharing({ issuer, cache, feed, put });
  return async (credential) => {
    const [name, value] = headerOf(credential);
    if (!presentable.test(value)) return refuse('credentials_invalid', 'not-presentable');
    // Budgets of the server count by peer where it is told: then nobody hears the answer to somebody else's guess.
    const peer = options.forwardPeer ? credential.peer : '';
    salt ||= randomBytes(32).toString('base64url');
    // The salt keeps guesses at passwords from being tried out on a copy of the memory.
    const digest = hash('sha256', `${salt} ${credential.carrier} ${peer} ${name} ${value}`, 'base64url');
    return cache.get(digest) ?? share(digest, credential);
  };
}

/** Makes the question to a server in this process: nothing is kept, nothing is shared, and no network is touched. */
export function createEmbeddedAsk(
  issuer: Issuer,
  doorward: EmbeddedServer,
  clients?: IntrospectionRules,
): Ask {
  return async (credential) => {
    if (!presentable.test(headerOf(credential)[1])) return refuse('credentials_invalid', 'not-presentable');
    const inside: Issuer = {
      ...issuer,
      fetch: (url, init) => doorward.fetch(new Request(url, init), { peer: credential.peer }),
    };
    const outcome = await putQuestion(inside, credential, { more: {}, clients });
    return isRefusal(outcome) ? outcome : outcome.principal;
  };
}

/** What goes along with a question. */
interface Beside {
  readonly more: Readonly<Record<string, string>>;
  readonly clients: IntrospectionRules | undefined;
}

/** Puts the question. What cannot be had is `server_unavailable`. */
async function putQuestion(
  issuer: Issuer,
  credential: Credential,
  { more, clients }: Beside,
): Promise<KnownCaller | Refusal> {
  const { carrier, value: token } = credential;
  const [name, value] = headerOf(credential);
  const headers = { ...more, accept: 'application/json', [name]: value };
  try {
    if (clients && carrier === 'jwt' && isOfClient(token))
      return await introspect(issuer, credential, clients);
    const answer = await askIssuer(issuer, { path: '/api/v1/principal', headers, limit: sizeLimit });
    const caller = readCaller(answer, credential);
    // Nothing in an opaque token says whose it is.
    const isUnknown = carrier === 'opaque' && isRefusal(caller) && caller.code === 'credentials_invalid';
    return clients && isUnknown ? await introspect(issuer, credential, clients) : caller;
  } catch (thrown) {
    return refuse('server_unavailable', 'server-unanswered', { detail: reasonOf(thrown) });
  }
}

function forwardedFor({ forwardPeer }: AskOptions, { peer }: Credential): Readonly<Record<string, string>> {
  return forwardPeer && peer !== undefined && peerPattern.test(peer) ? { 'x-forwarded-for': peer } : {};
}

/** What sharing needs. */
interface SharingParts {
  readonly issuer: Issuer;
  readonly cache: CallerCache;
  readonly feed: AskOptions['feed'];
  readonly put: (credential: Credential) => Promise<KnownCaller | Refusal>;
}

/** A question under way, and the one that waits for its end. */
interface Flight {
  readonly promise: Promise<Principal | Refusal>;
  /** Milliseconds since 1970 after which it is no longer waited for. */
  readonly until: number;
  next: Promise<Principal | Refusal> | undefined;
}

/**
 * At most one question per credential is under way. Those who come meanwhile share the next one, or what the cache knows
 * by then.
 */
function createSharing(
  parts: SharingParts,
): (digest: string, credential: Credential) => Promise<Principal | Refusal> {
  const { issuer, cache, feed, put } = parts;
  const flights = new Map<string, Flight>();

  const putAndKeep = async (digest: string, credential: Credential): Promise<Principal | Refusal> => {
    const outcome = await put(credential);
    if (isRefusal(outcome)) return outcome;
    const { sessionId } = outcome.principal;
    // The news may have come while the answer was on its way.
    if (sessionId !== undefined && feed?.ended(sessionId))
      return refuse('credentials_invalid', 'session-ended');
    cache.put(digest, outcome);
    return outcome.principal;
  };
  const begin = (digest: string, credential: Credential): Promise<Principal | Refusal> => {
    const until = issuer.clock.now() + issuer.timeoutSeconds * 1000;
    const flight: Flight = { promise: putAndKeep(digest, credential), until, next: undefined };
    flights.set(digest, flight);
    const landed = (): void => {
      if (flights.get(digest) === flight) flights.delete(digest);
    };
    flight.promise.then(landed, landed);
    return flight.promise;
  };
  return (digest, credential) => {
    const flight = flights.get(digest);
    // A runtime may drop a request that no response waits for any more: nobody waits for that one.
    if (!flight || issuer.clock.now() >= flight.until) return begin(digest, credential);
    flight.next ??= flight.promise.then(() => cache.get(digest) ?? begin(digest, credential));
    return flight.next;
  };
}
