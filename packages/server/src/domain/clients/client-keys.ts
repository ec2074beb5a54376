/**
 * The public keys of clients: those that were registered with them, or those at their `jwks_uri`, which are fetched through
 * the outgoing gate and kept for a while. A key that is not known is looked for again, but not all the time.
 */
import type { Clock } from '../../base/clock.ts';
import { type KeyWanted, keysFor, type PublicKey, parseKeySet } from '../../protocol/oauth/public-key.ts';
import type { Outgoing } from '../outgoing.ts';
import type { Client, ClientKeys } from './client.ts';

/** Finds keys of clients. */
export interface ClientKeyShelf {
  /** The keys by which a token of this client can be signed; none when its set cannot be had. Never rejects. */
  find(client: Pick<Client, 'jwks' | 'jwksUri'>, wanted: KeyWanted): Promise<readonly PublicKey[]>;
}

/** What a shelf is made of. */
export interface ClientKeyParts {
  readonly clock: Clock;
  readonly outgoing: Outgoing;
}

/** Makes an empty shelf. */
export function createClientKeys(parts: ClientKeyParts): ClientKeyShelf {
  // A remembered client is the same object each time: its keys are read once.
  const registered = new WeakMap<ClientKeys, readonly PublicKey[]>();
  const fetched = fetchedSets(parts);
  const registeredKeys = (jwks: ClientKeys): readonly PublicKey[] => {
    const keys = registered.get(jwks) ?? parseKeySet({ keys: jwks.keys }) ?? [];
    registered.set(jwks, keys);
    return keys;
  };
  return {
    find: async ({ jwks, jwksUri }, wanted) => {
      if (jwksUri === undefined) return jwks ? keysFor(registeredKeys(jwks), wanted) : [];
      const { clock } = parts;
      const known = fetched.known(jwksUri);
      const found = known && clock.now() - known.cameAt < freshTime ? keysFor(known.keys, wanted) : [];
      if (found.length > 0) return found;
      const isResting = known && clock.now() - known.askedAt < restTime;
      return keysFor((isResting ? known : await fetched.again(jwksUri)).keys, wanted);
    },
  };
}

/** Milliseconds that a fetched set is taken as it is. */
const freshTime = 300_000;
/** Milliseconds between two fetches of one set, whatever is asked for. */
const restTime = 10_000;
/** Milliseconds that a set is good for while it cannot be fetched again. */
const staleTime = 3_600_000;
const bounds = { seconds: 5, limit: 65_536 };
/** Sets that are kept; past it the oldest go first. */
const most = 1000;

interface FetchedSet {
  readonly keys: readonly PublicKey[];
  /** When the keys came, and when they were asked for last; milliseconds since 1970. */
  readonly cameAt: number;
  readonly askedAt: number;
}

const nothing: Omit<FetchedSet, 'askedAt'> = { keys: [], cameAt: 0 };

function fetchedSets({ clock, outgoing }: ClientKeyParts) {
  const sets = new Map<string, FetchedSet>();
  const coming = new Map<string, Promise<FetchedSet>>();
  const ask = async (uri: string): Promise<FetchedSet> => {
    const answer = await outgoing.fetchJson(uri, bounds);
    const askedAt = clock.now();
    const keys = answer.ok ? parseKeySet(answer.value) : undefined;
    const before = sets.get(uri);
    const kept = before && askedAt - before.cameAt < staleTime ? before : nothing;
    const set = keys ? { keys, cameAt: askedAt, askedAt } : { ...kept, askedAt };
    sets.delete(uri);
    sets.set(uri, set);
    const [oldest] = sets.keys();
    if (sets.size > most && oldest !== undefined) sets.delete(oldest);
    return set;
  };
  return {
    known: (uri: string): FetchedSet | undefined => sets.get(uri),
    /** However many wait for a set, it is fetched once. */
    again: (uri: string): Promise<FetchedSet> => {
      const under = coming.get(uri) ?? ask(uri).finally(() => coming.delete(uri));
      coming.set(uri, under);
      return under;
    },
  };
}
