/**
 * A store that goes along: when the data behind it move while it serves, it opens the store that has them now, and does there
 * what the old one did not do any more. Nobody who asks notices but by waiting for a moment.
 */
import { isFailure } from '../../domain/failures.ts';
import type { Reads, Replica, ReplicaStanding, Store } from '../../domain/store.ts';
import { stateOf } from '../postgres/faults.ts';
import { StoreMoved } from './moved.ts';

/** What an open store is opened by, and how the next one is found. */
export interface Following {
  /** Opens the store that has the data now; undefined while they have not moved. */
  readonly next: () => Promise<Store | undefined>;
  readonly report: (thrown: unknown) => void;
}

type Hear = Parameters<Store['onNews']>[0];

/** Makes a store that goes along with its data. */
export function followMoves(first: Store, { next, report }: Following): Store {
  let current = first;
  let underWay: Promise<boolean> | undefined;
  const hearers = new Map<object, { readonly hear: Hear; stop: () => void }>();
  const goAlong = (): Promise<boolean> => {
    underWay ??= (async () => {
      const store = await next();
      if (!store) return false;
      const left = current;
      current = store;
      for (const hearer of hearers.values()) hearer.stop = store.onNews(hearer.hear);
      left.close().catch(report);
      return true;
    })().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const done = async <T>(work: (store: Store) => T | Promise<T>): Promise<T> => {
    const asked = current;
    try {
      return await work(asked);
    } catch (thrown) {
      if (!mayBeMove(thrown)) throw thrown;
      if (asked === current && !(await goAlong())) throw thrown;
      return done(work);
    }
  };
  return {
    read: readsOf(first.read, (read) => done(({ read: now }) => read(now))),
    ...(first.replica && { replica: replicaOf(first.replica, done) }),
    transact: (work) => done((store) => store.transact(work)),
    once: (work) => done((store) => store.once(work)),
    onNews: (hear) => {
      const key = {};
      hearers.set(key, { hear, stop: current.onNews(hear) });
      return () => {
        hearers.get(key)?.stop();
        hearers.delete(key);
      };
    },
    check: () => done((store) => store.check()),
    backup: (path) => done((store) => store.backup(path)),
    rowCounts: () => done((store) => store.rowCounts()),
    sizes: (since) => done((store) => store.sizes(since)),
    close: () => current.close(),
  };
}

/** The same of a replica; a store that data have moved to answers for itself. */
const replicaOf = (
  first: Replica,
  done: <T>(work: (store: Store) => T | Promise<T>) => Promise<T>,
): Replica => ({
  read: readsOf(first.read, (read) => done((store) => read((store.replica ?? store).read))),
  sizes: (since) => done((store) => (store.replica ?? store).sizes(since)),
  rowCounts: () => done((store) => (store.replica ?? store).rowCounts()),
  standing: () => done(async ({ replica }) => (await replica?.standing()) ?? left),
});

const left: ReplicaStanding = {
  isAside: true,
  lag: undefined,
  reason: 'the data have moved away',
  answered: { replica: 0, primary: 0 },
};

/** undefined_table: the tables are not where they were. */
const noTable = '42P01';

/** What was refused for a reason of its own would be refused there, too. */
const mayBeMove = (thrown: unknown): boolean =>
  thrown instanceof StoreMoved || (!isFailure(thrown) && stateOf(thrown) === noTable);

type Ask = (read: (now: Reads) => unknown) => Promise<unknown>;

/** The same verbs, each asked of whichever store is current. */
function readsOf(like: Reads, ask: Ask): Reads {
  const nouns = new Map(Reflect.ownKeys(like).map((noun) => [noun, verbsOf(like, noun, ask)]));
  return new Proxy(like, { get: (_like, noun) => nouns.get(noun) });
}

function verbsOf(like: Reads, noun: string | symbol, ask: Ask): object {
  const verbs: unknown = Reflect.get(like, noun);
  if (typeof verbs !== 'object' || verbs === null) throw new TypeError(`${String(noun)} is no noun`);
  const wrapped = new Map(
    Reflect.ownKeys(verbs).map((name) => [
      name,
      (...values: unknown[]) => ask((now) => call(now, { noun, name, values })),
    ]),
  );
  return new Proxy(verbs, { get: (_verbs, name) => wrapped.get(name) });
}

interface Call {
  readonly noun: string | symbol;
  readonly name: string | symbol;
  readonly values: readonly unknown[];
}

function call(reads: Reads, { noun, name, values }: Call): unknown {
  const verbs: unknown = Reflect.get(reads, noun);
  const verb: unknown = typeof verbs === 'object' && verbs ? Reflect.get(verbs, name) : undefined;
  if (typeof verb !== 'function') throw new TypeError(`${String(noun)} has no verb ${String(name)}`);
  return Reflect.apply(verb, verbs, values);
}
