import { expect, test } from 'vitest';
import { hiddenDoors, hollowNames, strangeSubjects, tooDeep } from './rules/names.ts';
import { allPaths } from './tree.ts';

test('no file or folder has a name that says nothing', () => {
  expect(hollowNames(allPaths())).toEqual([]);
});

test('index.ts is the public door of a package and nothing else', () => {
  expect(hiddenDoors(allPaths())).toEqual([]);
});

test('sources stand at most two folders below src', () => {
  expect(tooDeep(allPaths())).toEqual([]);
});

test('the folders of every floor bear the names of the subjects', () => {
  expect(strangeSubjects(allPaths())).toEqual([]);
});

test('the rules notice what they are for', () => {
  const src = 'packages/server/src';
  const hollow = ['a/utils/b.ts', 'a/http-helpers.ts', 'a/session-manager.ts', 'a/common.ts'];
  expect(hollowNames([...hollow, 'a/common-passwords.ts'])).toEqual(hollow);
  expect(hiddenDoors([`${src}/index.ts`, `${src}/http/index.ts`])).toEqual([`${src}/http/index.ts`]);
  expect(tooDeep([`${src}/a/b/c.ts`, `${src}/a/b/c/d.ts`])).toEqual([`${src}/a/b/c/d.ts`]);
  expect(strangeSubjects([`${src}/http/tokens/a.ts`, `${src}/http/things/a.ts`])).toEqual([
    `${src}/http/things`,
  ]);
  expect(strangeSubjects([`${src}/store/migrations/a.ts`, `${src}/http/routes.ts`])).toEqual([]);
});
