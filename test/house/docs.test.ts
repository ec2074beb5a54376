import { expect, test } from 'vitest';
import { exists, read } from './tree.ts';

/** The tool is plain JavaScript. */
const tool: { pages(): Readonly<Record<string, string>> } = await import(
  new URL('../../tools/print-docs.mjs', import.meta.url).href
);
const printed = tool.pages();

test.each(Object.keys(printed))('%s says what the tables say: else run "npm run docs"', (path) => {
  expect(exists(path)).toBe(true);
  expect(read(path)).toBe(printed[path]);
});
