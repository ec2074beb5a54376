import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from '../src/create-client.ts';
import { fileStore } from '../src/file.ts';
import { issuer, scriptedServer } from './scripted-server.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorward-file-'));
  path = join(folder, 'private', 'tokens');
});
afterEach(() => rm(folder, { recursive: true }));

const key = randomBytes(32);
const bits = async (of: string): Promise<number> => (await stat(of)).mode & 0o777;

describe.each([
  ['in clear', {}],
  ['encrypted', { key }],
])('a file %s', (_how, options) => {
  test('holds nothing, then what was written last, then nothing', async () => {
    const store = fileStore(path, options);
    expect(await store.read()).toBeUndefined();
    await store.remove();
    await store.write('first');
    await store.write('then');
    expect(await fileStore(path, options).read()).toBe('then');
    await store.remove();
    expect(await store.read()).toBeUndefined();
  });

  test('is for its owner alone, as is its folder, and leaves no drafts', async () => {
    await fileStore(path, options).write('a');
    expect([await bits(path), await bits(join(folder, 'private'))]).toEqual([0o600, 0o700]);
    expect(await readdir(join(folder, 'private'))).toEqual(['tokens']);
  });

  test.each([0o640, 0o604, 0o622])('is refused when others may use it (%o)', async (mode) => {
    const store = fileStore(path, options);
    await store.write('a');
    await chmod(path, mode);
    await expect(store.read()).rejects.toThrow('chmod 600');
    await expect(createClient({ issuer, store }).session()).rejects.toMatchObject({ code: 'store_failed' });
  });

  test('is whole while many write and read', async () => {
    const store = fileStore(path, options);
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(5000));
    await store.write(texts[0] ?? '');
    const reads = texts.map(async () => store.read());
    await Promise.all(texts.map(async (text) => store.write(text)));
    for (const read of await Promise.all(reads)) expect(texts).toContain(read);
    expect(texts).toContain(await store.read());
  });
});

test('an encrypted file shows nothing, not even the same text twice', async () => {
  const store = fileStore(path, { key });
  await store.write('a secret');
  const first = await readFile(path, 'utf8');
  await store.write('a secret');
  expect(first).not.toContain('secret');
  expect(await readFile(path, 'utf8')).not.toBe(first);
});

test('an encrypted file opens under its key alone, and only whole', async () => {
  const store = fileStore(path, { key });
  await store.write('a secret');
  const whole = await readFile(path, 'utf8');
  expect(await fileStore(path, { key: randomBytes(32) }).read()).toBeUndefined();
  for (let at = 0; at < whole.length; at += 3) {
    const other = whole[at] === 'A' ? 'B' : 'A';
    await writeFile(path, whole.slice(0, at) + other + whole.slice(at + 1));
    expect(await store.read()).toBeUndefined();
  }
  for (const damaged of ['', 'doorward-client-1.', whole.slice(0, 40), 'in clear']) {
    await writeFile(path, damaged);
    expect(await store.read()).toBeUndefined();
  }
});

test.each([0, 16, 31, 33])('a key of %i bytes is none', (length) => {
  expect(() => fileStore(path, { key: randomBytes(length) })).toThrow(TypeError);
});

test('a client goes on with the file after a restart', async () => {
  const server = scriptedServer();
  const make = () => createClient({ issuer, store: fileStore(path, { key }), fetch: server.fetch });
  await make().signIn({ identifier: 'ada', password: 'right' });
  expect(await make().refresh()).toBe('at-2');
  expect(await make().token()).toBe('at-2');
  await make().signOut();
  expect((await make().session()).status).toBe('signed-out');
  expect(await readdir(join(folder, 'private'))).toEqual([]);
});
