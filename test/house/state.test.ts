import { expect, test } from 'vitest';
import { noModuleState } from './rules/state.ts';
import { breaches, breachesIn } from './tree.ts';

test('no module of the product holds state', () => {
  expect(breaches(noModuleState, 'src', 'examples')).toEqual([]);
});

test.each([
  ['let count = 0;'],
  ['const seen = new Set<string>();'],
  ['const seen: Map<string, number> = new Map();'],
  ['const list = [1]; export const f = () => list.push(2);'],
  ['const table: Record<string, number> = {}; export const f = () => { table.a = 1; };'],
  ['const word = /a/g; export const f = (t: string) => word.test(t);'],
  ['class A { static count = 0 }'],
])('the rule notices %s', (code) => {
  expect(breachesIn(noModuleState, 'a.ts', code)).toHaveLength(1);
});

test.each([
  ["const names: ReadonlySet<string> = new Set(['a']);"],
  ['const list = [1]; export const f = () => list.map(String);'],
  ['export function f() { let count = 0; return count; }'],
  ["const word = /a/g; export const f = (t: string) => t.replace(word, 'b');"],
])('the rule lets pass %s', (code) => {
  expect(breachesIn(noModuleState, 'a.ts', code)).toEqual([]);
});
