/** Secrets: from the environment, or made once and kept in a file that only its owner can read. None is in a source. */
import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotStart, type Environment } from './start.ts';

/** Bytes that a secret must have: as many as the HMAC of HS256 (RFC 7518 §3.2). */
const least = 32;

/** Sample secrets of well-known pages: whoever copied one shares it with everybody who did. */
const published: ReadonlySet<string> = new Set([
  'secret',
  'mysecret',
  'my-secret',
  'my_secret_key',
  'supersecret',
  'super-secret',
  'changeme',
  'change-me',
  'your-secret-key',
  'your_secret_key',
  'thisisthesecretkey',
  'keyboard cat',
  'your-256-bit-secret',
  'a-string-secret-at-least-256-bits-long',
  'a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf',
  'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
]);

/** The secret in an environment variable. Throws `CannotStart` when it is absent, short or published. */
export function requireSecret(environment: Environment, name: string): string {
  const value = environment[name] ?? '';
  if (value === '') throw new CannotStart(`${name} is not set. ${makeOne(name)}`);
  if (published.has(value.toLowerCase()) || published.has(value))
    throw new CannotStart(`${name} is a sample secret that everybody can read. ${makeOne(name)}`);
  if (Buffer.byteLength(value) < least || new Set(value).size < 8)
    throw new CannotStart(`${name} is too easy to guess: give ${least} bytes of chance. ${makeOne(name)}`);
  return value;
}

/** The secret in an environment variable, else one that is made at the first start and kept in `folder`. */
export async function findSecret(environment: Environment, name: string, folder: string): Promise<string> {
  if ((environment[name] ?? '') !== '') return requireSecret(environment, name);
  const file = join(folder, `${name.toLowerCase().replaceAll('_', '-')}.txt`);
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, randomBytes(least).toString('base64url'), { mode: 0o600, flag: 'wx' });
  // A link is made whole or not at all, so of two that start at once one makes it and both read all of it.
  await link(draft, file).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'EEXIST') throw thrown;
  });
  await unlink(draft);
  return requireSecret({ [name]: await readFile(file, 'utf8') }, name);
}

const makeOne = (name: string): string =>
  `Make one with:\n\n  node -e "console.log('${name}=' + crypto.randomBytes(${least}).toString('base64url'))" >> .env\n`;
