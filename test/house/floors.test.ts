import { expect, test } from 'vitest';
import { cycles } from './rules/cycles.ts';
import { downwardImports, floors, machineAtTheTop, partsInPlace, separatePackages } from './rules/floors.ts';
import { breaches, breachesIn, parse, read, sources } from './tree.ts';

const src = 'packages/server/src';

test('imports go down only', () => {
  expect(breaches(downwardImports, 'src')).toEqual([]);
});

test('packages meet at their doors, and guard and client know nothing of the server', () => {
  expect(breaches(separatePackages, 'src')).toEqual([]);
});

test('the program alone sees the process, the file system and the environment', () => {
  expect(breaches(machineAtTheTop, 'src')).toEqual([]);
});

test('drivers, frameworks and logs stay on their floors', () => {
  expect(breaches(partsInPlace, 'src')).toEqual([]);
});

test.each(Object.entries(floors))('the project references of %s say the same', (floor, below) => {
  const { references }: { references: { path: string }[] } = JSON.parse(
    read(`${src}/${floor}/tsconfig.json`),
  );
  const named = references.map(({ path }) => path.replace('../', ''));
  expect(below).toEqual(expect.arrayContaining(named));
});

test('no imports run in a ring, imports of types included', () => {
  expect(cycles(sources('src', 'examples'))).toEqual([]);
});

test('the rules notice what they are for', () => {
  const upward = "import type { A } from '../store/a.ts';";
  expect(breachesIn(downwardImports, `${src}/http/b.ts`, upward)).toHaveLength(1);
  expect(breachesIn(downwardImports, `${src}/program/b.ts`, upward)).toEqual([]);
  expect(breachesIn(downwardImports, `${src}/domain/b.ts`, "export * from '../index.ts';")).toHaveLength(1);
  expect(
    breachesIn(separatePackages, 'packages/guard/src/a.ts', "import { a } from 'doorward';"),
  ).toHaveLength(1);
  expect(
    breachesIn(separatePackages, 'packages/client/src/a.ts', "import '../../server/src/a.ts';"),
  ).toHaveLength(1);
  expect(breachesIn(machineAtTheTop, `${src}/http/a.ts`, 'process.env.HOME;')).toHaveLength(1);
  expect(breachesIn(machineAtTheTop, `${src}/domain/a.ts`, "import 'node:fs/promises';")).toHaveLength(1);
  expect(
    breachesIn(machineAtTheTop, `${src}/base/a.ts`, "import { connect, isIP } from 'node:net';"),
  ).toHaveLength(1);
  expect(breachesIn(machineAtTheTop, `${src}/base/a.ts`, "import { isIP } from 'node:net';")).toEqual([]);
  expect(breachesIn(machineAtTheTop, `${src}/store/sqlite.ts`, "import 'node:fs';")).toEqual([]);
  expect(breachesIn(partsInPlace, `${src}/domain/a.ts`, "import { Hono } from 'hono';")).toHaveLength(1);
  expect(breachesIn(partsInPlace, `${src}/base/a.ts`, "import * as v from 'valibot';")).toHaveLength(1);
});

test('a ring of three files is found once, by its way', () => {
  const ring = [
    parse('a.ts', "import type { B } from './b.ts';"),
    parse('b.ts', "export const b = () => import('./c.ts');"),
    parse('c.ts', "export { a } from './a.ts';"),
  ];
  expect(cycles(ring)).toEqual(['a.ts → b.ts → c.ts → a.ts']);
});
