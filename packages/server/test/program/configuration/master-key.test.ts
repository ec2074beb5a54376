import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Secret } from '../../../src/base/secret.ts';
import { readMasterKey } from '../../../src/program/configuration/master-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorward-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the first start makes a key that only its owner can read, and later starts find it', async () => {
  const made = readMasterKey(folder, undefined).reveal();
  expect(made).toHaveLength(32);
  expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600);
  expect(Buffer.from(readMasterKey(folder, undefined).reveal())).toEqual(Buffer.from(made));
  expect(await readdir(folder)).toEqual(['master.key']);
});

test('a key file that others can read is closed', async () => {
  readMasterKey(folder, undefined);
  await chmod(join(folder, 'master.key'), 0o644);
  readMasterKey(folder, undefined);
  expect((await stat(join(folder, 'master.key'))).mode & 0o777).toBe(0o600);
});

test('a configured key is used, and nothing is written', async () => {
  const key = Buffer.alloc(32, 9);
  expect(Buffer.from(readMasterKey(folder, new Secret(key.toString('base64url'))).reveal())).toEqual(key);
  expect(await readdir(folder)).toEqual([]);
});

test.each(['', 'c2hvcnQ', Buffer.alloc(33).toString('base64url'), '!'.repeat(43)])(
  'a file that holds %j is refused and left as it is',
  async (text) => {
    await writeFile(join(folder, 'master.key'), text);
    expect(() => readMasterKey(folder, undefined)).toThrow(/32 bytes in base64url/);
    expect(await readFile(join(folder, 'master.key'), 'utf8')).toBe(text);
  },
);
