/** The performance contract: what can be promised, how it is judged, and that what the documents promise is in it. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Contract,
  judge,
  limitWords,
  type Promised,
  readContract,
  unmeasured,
  valueWords,
} from '../../bench/contract.ts';
import { read } from '../house/tree.ts';

const contract = readContract();
const promises = Object.entries(contract);

describe('the contract', () => {
  test.each(promises)('%s can be judged', (_name, { limits, against, drawn }) => {
    const entries = Object.entries(limits);
    expect(entries.length).toBeGreaterThan(0);
    for (const [value, limit] of entries) {
      expect(Object.keys(valueWords)).toContain(value);
      expect(Object.values(limit)).toEqual([expect.any(Number)]);
      expect(['atLeast', 'atMost']).toContain(Object.keys(limit)[0]);
    }
    expect(against === undefined).toBe(limits.ratio === undefined);
    if (drawn) expect(limits.ratio).toBeDefined();
  });

  test('is measured to its last line, and nothing else is', () => {
    const sources = readdirSync(new URL('../../bench/', import.meta.url)).filter((name) =>
      name.endsWith('.ts'),
    );
    const text = sources.map((name) => read(`bench/${name}`)).join('\n');
    for (const [name] of promises) expect(text).toContain(`'${name}'`);
  });

  test('is what bench/README.md promises, word for word', () => {
    const rows = [...read('bench/README.md').matchAll(/^\| ([^|]+) \| ([^|]*[≥≤][^|]*) \|$/gm)];
    expect(rows.map(([, what, limit]) => [what, limit])).toEqual(
      promises.map(([, promised]) => [promised.what, limitWords(promised)]),
    );
  });

  test('holds every multiple that README.md promises', () => {
    const named = [...read('README.md').matchAll(/at least (\d+(?:\.\d+)?) × ([a-z-]+)/g)];
    expect(named.length).toBeGreaterThan(3);
    for (const [, least, against] of named)
      expect(promises.map(([, one]) => [one.limits.ratio?.atLeast, one.against])).toContainEqual([
        Number(least),
        against,
      ]);
  });
});

describe('a measurement', () => {
  const promised: Promised = {
    what: 'a check',
    against: 'another',
    limits: { ratio: { atLeast: 2 }, p99: { atMost: 3 } },
  };
  const of = (values: object, changes: Partial<Promised> = {}, cores = 2) =>
    judge({ check: { ...promised, ...changes } }, { name: 'check', values }, cores);

  test.each([
    [{ ratio: 2, p99: 3 }, true],
    [{ ratio: 2.5, p99: 0.1 }, true],
    [{ ratio: 1.99, p99: 1 }, false],
    [{ ratio: 9, p99: 3.01 }, false],
    [{ ratio: Number.NaN, p99: 1 }, false],
    [{ p99: 1 }, false],
    [{}, false],
  ])('of %o holds: %s', (values, holds) => {
    expect(of(values).holds).toBe(holds);
  });

  test('is told beside its limit', () => {
    expect(of({ p99: 1.234, ratio: 2.5, perSecond: 12_345.6 })).toMatchObject({
      what: 'a check',
      measured: '12,346/s, 2.50 × another, p99 1.23 ms',
      limit: '≥ 2 × another, p99 ≤ 3 ms',
    });
  });

  test('is not judged on a machine that is too small for it', () => {
    expect(of({ ratio: 1 }, { cores: 4 }, 3).holds).toBeUndefined();
    expect(of({ ratio: 1, p99: 1 }, { cores: 4 }, 4).holds).toBe(false);
    expect(of({ ratio: 2, p99: 1 }, { cores: 4 }, 4).holds).toBe(true);
    expect(of({}, { cores: 4 }).limit).toBe('≥ 2 × another, p99 ≤ 3 ms (with 4 processors or more)');
  });

  test('of what nobody promised is refused', () => {
    expect(() => judge({}, { name: 'other', values: {} }, 2)).toThrow('the contract does not know "other"');
  });

  test('that is missing is named', () => {
    const two: Contract = { check: promised, other: promised };
    expect(unmeasured(two, [of({})])).toEqual(['other']);
  });
});
