import { expect, test } from 'vitest';
import { compilerHeard, honestTypes, namedExports } from './rules/types.ts';
import { breaches, breachesIn } from './tree.ts';

test('no source gives its types up', () => {
  expect(breaches(honestTypes, 'src', 'examples', 'tests', 'tools')).toEqual([]);
});

test('no source silences the compiler', () => {
  expect(breaches(compilerHeard, 'src', 'examples', 'tests', 'tools')).toEqual([]);
});

test('no module has a default export', () => {
  expect(breaches(namedExports, 'src', 'examples', 'tests')).toEqual([]);
});

test('the rules notice what they are for', () => {
  expect(breachesIn(honestTypes, 'a.ts', 'let a: any;')).toEqual(['a.ts:1 any']);
  expect(breachesIn(honestTypes, 'a.ts', 'b!.c;')).toEqual(['a.ts:1 a non-null assertion']);
  expect(breachesIn(honestTypes, 'a.ts', 'class A { b!: string }')).toHaveLength(1);
  expect(breachesIn(honestTypes, 'a.ts', 'b as unknown as C;')).toEqual(['a.ts:1 as unknown as']);
  expect(breachesIn(honestTypes, 'a.ts', "const text = 'any'; b !== c;")).toEqual([]);
  expect(breachesIn(namedExports, 'a.ts', 'export default function f() {}')).toHaveLength(1);
  expect(breachesIn(namedExports, 'a.ts', 'export default 1;')).toHaveLength(1);
  for (const word of ['ignore', 'nocheck', 'expect-error'])
    expect(breachesIn(compilerHeard, 'a.ts', `// @ts-${word}\na();`)).toEqual([`a.ts:1 @ts-${word}`]);
  expect(breachesIn(compilerHeard, 'a.ts', '// @ts-expect-error a number is no account id\na(1);')).toEqual(
    [],
  );
});
