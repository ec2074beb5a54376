import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { plans } from './plans.ts';

const here = new URL('./', import.meta.url);

/** What stands in the sources of this room that make tests. */
const sources = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && !name.startsWith('plans'))
  .map((name) => readFileSync(new URL(name, here), 'utf8'));

test.each(Object.entries(plans))(
  '%s: every module has a test of its name, and no module twice',
  (plan, names) => {
    expect(sources.some((text) => text.includes(`'${plan}'`))).toBe(true);
    expect(names.filter((name) => !sources.some((text) => text.includes(`'${name}': {`)))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  },
);

test('the plans are as large as those that are published', () => {
  const sizes = Object.values(plans).map((names) => names.length);
  expect(sizes).toEqual([38, 38, 1, 23, 11, 2]);
});
