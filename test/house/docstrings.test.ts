import { expect, test } from 'vitest';
import { documentedExports } from './rules/docstrings.ts';
import { breaches, breachesIn } from './tree.ts';

test('every export has a docstring', () => {
  expect(breaches(documentedExports, 'src', 'examples')).toEqual([]);
});

test.each([
  ['export const a = 1;'],
  ['// A note.\nexport function a() {}'],
  ['/** The room. */\n\nexport interface A {}'],
  ['const a = 1;\nexport { a };'],
])('the rule notices %s', (code) => {
  expect(breachesIn(documentedExports, 'a.ts', code)).toHaveLength(1);
});

test.each([
  ['/** One. */\nexport const a = 1;'],
  [
    '/** One. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: 1 | 2) { return x; }',
  ],
  ['/** The room. */\n\n/** One. */\nexport const a = 1;'],
  ["export { a } from './b.ts';"],
  ['/** One. */\nconst a = 1;\nexport { a };'],
])('the rule lets pass %s', (code) => {
  expect(breachesIn(documentedExports, 'a.ts', code)).toEqual([]);
});
