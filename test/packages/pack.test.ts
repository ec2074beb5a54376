import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './command.ts';
import { type Published, packAll, published, type Tarball } from './tarball.ts';

let folder: string;
let tarballs: Readonly<Record<Published, Tarball>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorward-pack-'));
  tarballs = await packAll(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const text = (tarball: Tarball, path: string): string =>
  Buffer.from(tarball.files.get(path) ?? []).toString('utf8');

/** Every path that a part of a package.json names. */
const targets = (value: unknown): string[] => {
  if (typeof value === 'string') return [value.replace('./', '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(targets) : [];
};

/** What may lie in the package beside compiled files; bytes that it may have, packed and installed. */
const expected = {
  server: {
    files: [
      'LICENSE',
      'NOTICE',
      'README.md',
      'bin/doorward.js',
      'dist/assets/swagger-ui-dist/LICENSE',
      'dist/assets/swagger-ui-dist/NOTICE',
      'dist/assets/swagger-ui-dist/swagger-ui-bundle.js',
      'dist/assets/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt',
      'dist/assets/swagger-ui-dist/swagger-ui.css',
      'package.json',
    ],
    packedBytes: 1_600_000,
    bytes: 5_000_000,
  },
  guard: { files: ['LICENSE', 'README.md', 'package.json'], packedBytes: 60_000, bytes: 250_000 },
  client: { files: ['LICENSE', 'README.md', 'package.json'], packedBytes: 60_000, bytes: 250_000 },
} as const;

const compiled = /^dist\/(?!assets\/)(.+?)(?:\.d\.ts|\.js)$/;

describe.each(Object.keys(published) as Published[])('the package of %s', (name) => {
  const manifest = async (): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(root, 'packages', name, 'package.json'), 'utf8'));

  test('SUP-02: holds its sources compiled, with their types, and nothing else that is not named', async () => {
    const paths = [...tarballs[name].files.keys()];
    expect(paths.filter((path) => !compiled.test(path)).sort()).toEqual(expected[name].files);
    const parts = new Set(paths.flatMap((path) => compiled.exec(path)?.[1] ?? []));
    expect(parts.size).toBeGreaterThan(3);
    for (const part of parts) {
      expect(paths).toContain(`dist/${part}.js`);
      expect(paths).toContain(`dist/${part}.d.ts`);
      await readFile(join(root, 'packages', name, 'src', `${part}.ts`));
    }
  });

  test('stays within its size', () => {
    const { packed, files } = tarballs[name];
    const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    expect(packed.length).toBeLessThan(expected[name].packedBytes);
    expect(bytes).toBeLessThan(expected[name].bytes);
  });

  test('names every door, and each leads to a file that is packed', async () => {
    const { exports: doors, bin } = await manifest();
    expect(JSON.stringify(doors)).not.toContain('*');
    const named = targets([doors, bin ?? {}]);
    expect(named.length).toBeGreaterThan(1);
    for (const path of named) expect([...tarballs[name].files.keys()]).toContain(path);
  });

  test('SUP-02: holds no key, and no address of the machine that packed it', () => {
    for (const [path, bytes] of tarballs[name].files) {
      const content = Buffer.from(bytes).toString('latin1');
      expect([path, /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]/.test(content)]).toEqual([
        path,
        false,
      ]);
      expect([path, content.includes(root)]).toEqual([path, false]);
    }
  });

  test('SUP-02: is the same to the byte when it is packed again', async () => {
    const again = await mkdtemp(join(folder, 'again-'));
    const { packed } = (await packAll(again))[name];
    expect(Buffer.compare(packed, tarballs[name].packed)).toBe(0);
  });

  test('is found without fault by publint', async () => {
    const { messages, pkg } = await publint({ pack: { tarball: tarballs[name].packed.buffer } });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test('says what it is, under which licence, and runs no script of ours when it is installed', async () => {
    const { keywords, license, scripts, engines } = await manifest();
    expect({ license, scripts, engines }).toEqual({ license: 'MIT', engines: { node: '>=24.7' } });
    expect(keywords).toEqual((keywords as string[]).toSorted());
    expect(text(tarballs[name], 'LICENSE')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
  });

  test('SUP-02: names no source map, and no source that is not packed', () => {
    const named = [...tarballs[name].files.keys()]
      .filter((path) => compiled.test(path))
      .filter((path) => /sourceMappingURL|\.\.\/src\//.test(text(tarballs[name], path)));
    expect(named).toEqual([]);
  });
});

test('what the server ships of others is what was installed, with what its licence asks for', async () => {
  for (const path of tarballs.server.files.keys()) {
    const [, file] = /^dist\/assets\/(.+)$/.exec(path) ?? [];
    if (file !== undefined)
      expect(text(tarballs.server, path)).toBe(await readFile(join(root, 'node_modules', file), 'utf8'));
  }
  expect(text(tarballs.server, 'NOTICE')).toContain(
    text(tarballs.server, 'dist/assets/swagger-ui-dist/NOTICE').trim(),
  );
});
