/**
 * The issuer's public keys as the verifier sees them: known ones at once, refreshed before they are stale, and good for a
 * day when the issuer is gone. A token can make the guard ask for a set once in a while, and never elsewhere.
 */
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { KeySource } from '../ports.ts';
import type { Issuer, IssuerAnswer } from './issuer.ts';
import { createKeyLoader } from './key-loader.ts';
import { readKeySet, type SigningAlgorithm } from './signing-keys.ts';

/** Seconds that a set is fresh: what the issuer says within these bounds, or the usual time when it says nothing. */
const fresh = { least: 60, usual: 300, most: 3600 } as const;
/** Seconds after the last answer for which keys are good when no new set can be had. */
const keptSeconds = 86_400;
/** Seconds in which an unknown `kid` does not make the guard ask again. */
const coolDownSeconds = 30;

/** How keys are had. */
export interface KeyOptions {
  readonly issuer: Issuer;
  /** The one algorithm whose keys are taken. */
  readonly algorithm: SigningAlgorithm;
  /** Whether the guard may work between requests. Where it may not, a stale set is refreshed by the request that meets it. */
  readonly background: boolean;
}

/**
 * Makes the source. `find` throws, or rejects with, Unanswered when nobody can tell: there never was a set, the last is
 * more than a day old, or the key is not among those held and the issuer does not answer.
 */
export function createKeySource({ issuer, algorithm, background }: KeyOptions): KeySource {
  const { clock } = issuer;
  const held = createHeldKeys(clock, algorithm);
  const loader = createKeyLoader({ issuer, background, take: held.take });
  let coolUntil = 0;

  /** Asks for the set and looks again. What is held is still good when that fails. */
  const reload = async (kid: string): Promise<KeyObject | undefined> => {
    try {
      await loader.load();
    } catch (thrown) {
      if (!held.isUsable() || !held.find(kid)) throw thrown;
    }
    return held.find(kid);
  };

  if (background) loader.begin();
  return {
    find: (kid) => {
      if (!held.isUsable()) return reload(kid);
      const key = held.find(kid);
      if (!key) {
        if (clock.now() < coolUntil && !loader.isBroken()) return undefined;
        coolUntil = clock.now() + coolDownSeconds * 1000;
        return reload(kid);
      }
      if (held.isFresh()) return key;
      if (!background) return reload(kid);
      loader.begin();
      return key;
    },
    onGone: held.onGone,
    state: held.state,
    close: loader.close,
  };
}

/** The keys of the last set. */
interface HeldKeys extends Pick<KeySource, 'onGone' | 'state'> {
  /** Puts the set of an answer in the place of the last, and says when it is stale, in milliseconds since 1970. */
  take(answer: IssuerAnswer): number;
  find(kid: string): KeyObject | undefined;
  /** Whether the issuer has given them recently enough to rely on them without it. */
  isUsable(): boolean;
  isFresh(): boolean;
}

function createHeldKeys(clock: Clock, algorithm: SigningAlgorithm): HeldKeys {
  const listeners: ((kid: string) => void)[] = [];
  let keys: ReadonlyMap<string, KeyObject> = new Map();
  let fetchedAt: number | undefined;
  let staleAt = 0;

  const age = (): number | undefined =>
    fetchedAt === undefined ? undefined : (clock.now() - fetchedAt) / 1000;
  return {
    take: ({ text, headers }) => {
      const before = keys;
      keys = readKeySet(text, algorithm);
      fetchedAt = clock.now();
      staleAt = fetchedAt + freshSeconds(headers) * 1000;
      for (const [kid, key] of before)
        if (!keys.get(kid)?.equals(key)) for (const listener of listeners) listener(kid);
      return staleAt;
    },
    find: (kid) => keys.get(kid),
    isUsable: () => (age() ?? keptSeconds) < keptSeconds,
    isFresh: () => clock.now() < staleAt,
    onGone: (listener) => void listeners.push(listener),
    state: () => ({ held: keys.size, ageSeconds: age() }),
  };
}

/** Seconds that a set is fresh (RFC 9111 §5.2.2.1). */
function freshSeconds(headers: Headers): number {
  const said = /(?:^|[,\s])max-age=(\d{1,9})(?=$|[,\s])/i.exec(headers.get('cache-control') ?? '')?.[1];
  return said === undefined ? fresh.usual : Math.min(Math.max(Number(said), fresh.least), fresh.most);
}
