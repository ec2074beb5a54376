import { expect, test } from 'vitest';
import { exists, read, sources } from './tree.ts';

/** The tool is plain JavaScript. */
const tool: { pages(): Readonly<Record<string, string>> } = await import(
  new URL('../../tools/print-docs.mjs', import.meta.url).href
);
const printed = tool.pages();

test.each(Object.keys(printed))('%s says what the tables say: else run "npm run docs"', (path) => {
  expect(exists(path)).toBe(true);
  expect(read(path)).toBe(printed[path]);
});

test('docs/standards.md has every RFC that a source cites, and a test for each', () => {
  const page = printed['docs/standards.md'] ?? '';
  const cited = sources('src').flatMap(({ text }) => text.match(/\bRFC \d{3,5}(?:bis)?/g) ?? []);
  const missing = [...new Set(cited)].filter((name) => !page.includes(`\n## ${name}\n`));
  expect(missing).toEqual([]);
  const untried = page
    .split('\n## ')
    .slice(1)
    .filter((section) => !section.includes('.test.ts`'));
  expect(untried.map((section) => section.split('\n', 1)[0])).toEqual([]);
});
