import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotStart, findSecret, requireSecret } from '@doorward/examples-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshFolder } from './started.ts';

const good = 'kX2pQ9vL7wR4tY1uI6oP3aS8dF5gH0jK';

test.each([
  ['absent', undefined, 'SECRET is not set'],
  ['empty', '', 'SECRET is not set'],
  ['a word', 'secret', 'sample secret'],
  ['the sample of a debugger', 'a-string-secret-at-least-256-bits-long', 'sample secret'],
  ['that sample in capitals', 'A-STRING-SECRET-AT-LEAST-256-BITS-LONG', 'sample secret'],
  [
    'the key of RFC 7515',
    'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    'sample secret',
  ],
  ['31 bytes', good.slice(1), 'too easy to guess'],
  ['one letter, repeated', 'a'.repeat(64), 'too easy to guess'],
])('a secret that is %s is refused, and the refusal says how to make one', (_, value, why) => {
  const asked = (): string => requireSecret({ SECRET: value }, 'SECRET');
  expect(asked).toThrow(CannotStart);
  expect(asked).toThrow(why);
  expect(asked).toThrow("console.log('SECRET=' + crypto.randomBytes(32)");
});

test('a refusal does not quote the secret', () => {
  const value = 'abcdefgh'.repeat(3);
  expect(() => requireSecret({ SECRET: value }, 'SECRET')).not.toThrow(value);
});

test('32 bytes of chance are a secret, used as they are', () => {
  expect(requireSecret({ SECRET: good }, 'SECRET')).toBe(good);
  const umlauts = 'äöüßÄÖÜéèê'.repeat(2);
  expect(requireSecret({ SECRET: umlauts }, 'SECRET')).toBe(umlauts);
});

describe('a secret that is made', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>;
  beforeEach(async () => {
    folder = await freshFolder();
  });
  afterEach(() => folder.remove());

  test('is kept in a file for its owner alone, and found again', async () => {
    const made = await findSecret({}, 'SESSION_KEY', folder.path);
    expect(Buffer.from(made, 'base64url')).toHaveLength(32);
    expect(await findSecret({}, 'SESSION_KEY', folder.path)).toBe(made);
    const file = join(folder.path, 'session-key.txt');
    expect(await readFile(file, 'utf8')).toBe(made);
    expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  });

  test('is one for all who start at once', async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => findSecret({}, 'KEY', folder.path)));
    expect(new Set(made).size).toBe(1);
  });

  test('gives way to the environment, which is held to the same rules', async () => {
    expect(await findSecret({ KEY: good }, 'KEY', folder.path)).toBe(good);
    await expect(findSecret({ KEY: 'secret' }, 'KEY', folder.path)).rejects.toThrow('sample secret');
  });

  test('is refused when its file was cut short', async () => {
    await writeFile(join(folder.path, 'key.txt'), 'short');
    await expect(findSecret({}, 'KEY', folder.path)).rejects.toThrow('too easy to guess');
  });
});
