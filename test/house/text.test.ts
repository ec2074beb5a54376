import { expect, test } from 'vitest';
import { type Locked, looseLocks, looseVersions, type Manifest } from './rules/packages.ts';
import { putOff, tiedToOnePlace, unrunTests } from './rules/text.ts';
import { allPaths, read, textFiles } from './tree.ts';

const manifest = (path: string): Manifest => JSON.parse(read(path));

test('nothing is left for later', () => {
  expect(textFiles().flatMap(putOff)).toEqual([]);
});

test('no file is tied to one machine or registry', () => {
  expect(textFiles().flatMap(tiedToOnePlace)).toEqual([]);
});

test('every test runs', () => {
  expect(textFiles().flatMap(unrunTests)).toEqual([]);
});

test.each(allPaths().filter((path) => /(?:^|\/)package\.json$/.test(path)))(
  '%s names exact versions',
  (path) => {
    expect(looseVersions(manifest(path))).toEqual([]);
  },
);

test.each(['package-lock.json', 'test/packages/runtimes/package-lock.json'])(
  '%s names no host, and every package in it has its digest',
  (path) => {
    const { packages }: { packages: Record<string, Locked> } = JSON.parse(read(path));
    expect(looseLocks(packages)).toEqual([]);
  },
);

test('the rules notice what they are for', () => {
  // Put together here, so that this file passes its own rules.
  const [later, folder, skip] = [
    ['TO', 'DO'],
    ['ho', 'me'],
    ['sk', 'ip'],
  ].map((parts) => parts.join(''));
  const file = (text: string) => ({ path: 'a.test.ts', text });
  expect(putOff(file(`// ${later}: more`))).toHaveLength(1);
  expect(tiedToOnePlace(file(`open('/${folder}/me/a')`))).toHaveLength(1);
  expect(tiedToOnePlace(file('../home/page, https://a.example/home/b, /tmpl/a'))).toEqual([]);
  expect(unrunTests(file(`test.${skip}('a', f)`))).toHaveLength(1);
  expect(looseVersions({ dependencies: { a: '^1.0.0', b: '1.0.0', c: 'npm:@d/c@1.0.0' } })).toEqual([
    'a: ^1.0.0',
  ]);
  const locked = { resolved: 'https://a.example/a.tgz', integrity: 'sha512-a' };
  expect(
    looseLocks({ 'node_modules/a': locked, 'node_modules/b': {}, 'node_modules/c': { link: true } }),
  ).toEqual(['node_modules/a', 'node_modules/b']);
});
