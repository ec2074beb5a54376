import { expect, test } from 'vitest';
import { fewParameters, lineCount, shortFile, shortFunction } from './rules/sizes.ts';
import { breaches, breachesIn, sources } from './tree.ts';

const lines = (count: number): string => '  work();\n'.repeat(count);

test('no file is longer than 300 lines', () => {
  expect(breaches(shortFile, 'src', 'examples', 'tests', 'tools')).toEqual([]);
});

test('half of all source files have 100 lines or fewer', () => {
  const sizes = sources('src')
    .map(lineCount)
    .sort((a, b) => a - b);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(100);
});

test('no function is longer than 50 lines', () => {
  expect(breaches(shortFunction, 'src', 'examples', 'tests', 'tools')).toEqual([]);
});

test('no function takes more than three positional parameters', () => {
  expect(breaches(fewParameters, 'src', 'examples', 'tests', 'tools')).toEqual([]);
});

test('the rule of files notices line 301, and hears a reason', () => {
  expect(breachesIn(shortFile, 'a.ts', lines(301))).toEqual(['a.ts 301 lines']);
  expect(breachesIn(shortFile, 'a.ts', lines(300))).toEqual([]);
  expect(breachesIn(shortFile, 'a.ts', `// budget: one table, read as a whole.\n${lines(301)}`)).toEqual([]);
});

test('the rule of functions notices long ones in every shape, and hears a reason', () => {
  const body = `{\n${lines(50)}}`;
  expect(breachesIn(shortFunction, 'a.ts', `function f() ${body}`)).toEqual(['a.ts:1 f: 52 lines']);
  expect(breachesIn(shortFunction, 'a.ts', `const f = () => ${body};`)).toEqual(['a.ts:1 f: 52 lines']);
  expect(breachesIn(shortFunction, 'a.ts', `class A { f() ${body} }`)).toEqual(['a.ts:1 f: 52 lines']);
  expect(
    breachesIn(shortFunction, 'a.ts', `// budget: a table of steps.\nexport const f = () => ${body};`),
  ).toEqual([]);
  expect(breachesIn(shortFunction, 'a.test.ts', `describe('a', () => ${body});`)).toEqual([]);
});

test('the rule of parameters notices the fourth, in interfaces too', () => {
  expect(breachesIn(fewParameters, 'a.ts', 'interface A { f(a: 1, b: 2, c: 3, d: 4): void }')).toHaveLength(
    1,
  );
  expect(breachesIn(fewParameters, 'a.ts', 'const f = (a: 1, b: 2, c: 3) => 1;')).toEqual([]);
});
