/**
 * What the rules of the conformance suite are told with: a case, its handles, and a comparison that does not care
 * whether a driver hands out `Uint8Array` or a kind of it.
 */
import assert from 'node:assert/strict';
import type { Store, Transaction } from '../../domain/store.ts';

/** What a case is run with. The data are fresh for each case: a schema just migrated, and nothing else. */
export interface ConformanceContext {
  /** Opens one more handle on the same data, as another process would. The case closes what it opens. */
  readonly open: () => Promise<Store>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** One rule that every store keeps. */
export interface ConformanceCase {
  /** The rule, as a sentence. */
  readonly name: string;
  /** Throws an AssertionError where the store breaks the rule. */
  readonly run: (context: ConformanceContext) => Promise<void>;
}

/** A rule that one handle shows. */
export const rule = (name: string, hold: (store: Store, now: number) => Promise<void>): ConformanceCase => ({
  name,
  run: async ({ open, now }) => {
    const store = await open();
    try {
      await hold(store, now);
    } finally {
      await store.close();
    }
  },
});

/** Takes the handle whose turn it is. */
export type Turn = (turn: number) => Store;

/** A rule that only several handles on the same data can break. */
export const race = (name: string, hold: (store: Turn, now: number) => Promise<void>): ConformanceCase => ({
  name,
  run: async ({ open, now }) => {
    const stores = [await open(), await open(), await open()];
    try {
      await hold((turn) => stores[turn % stores.length] ?? assert.fail('no handle'), now);
    } finally {
      for (const store of stores) await store.close();
    }
  },
});

/** Starts `count` of the same at once and returns what each came to. */
export const atOnce = <T>(count: number, work: (turn: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, turn) => work(turn)));

/** Runs `work` in a transaction of its own. */
export const write = (store: Store, work: (tx: Transaction) => Promise<unknown>): Promise<unknown> =>
  store.transact(work);

/** Deep equality of records: bytes by content, a missing field like an undefined one. */
export const same = (actual: unknown, expected: unknown): void =>
  assert.deepEqual(plain(actual), plain(expected));

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, plain(field)]));
}
