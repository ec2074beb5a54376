import { beforeEach, describe, expect, test } from 'vitest';
import { createHashingQueue } from '../../../src/domain/accounts/hashing-queue.ts';
import {
  type Argon2,
  argon2Parameters,
  createPasswords,
  type Passwords,
} from '../../../src/domain/accounts/passwords.ts';
import { loadArgon2, runtime } from '../../../src/program/accounts/argon2.ts';

/** Hashes by writing down; remembers what it was asked. */
function notingArgon2(asked: string[]): Argon2 {
  return {
    hash: async (password, { memory, passes, lanes }) => {
      asked.push(`hash m=${memory},t=${passes},p=${lanes}`);
      return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$c2FsdHNhbHQ$${Buffer.from(password).toString('base64')}`;
    },
    verify: async (phc, password) => {
      asked.push(`verify ${/m=\d+,t=\d+,p=\d+/.exec(phc)?.[0]}`);
      return phc.endsWith(`$${Buffer.from(password).toString('base64')}`);
    },
  };
}

const queue = () => createHashingQueue({ concurrency: 2, length: 10 });
const costly = `m=${argon2Parameters.memory},t=${argon2Parameters.passes},p=${argon2Parameters.lanes}`;
const phc = (parameters: string, password: string): string =>
  `$argon2id$v=19$${parameters}$c2FsdHNhbHQ$${Buffer.from(password).toString('base64')}`;

describe('verifying', () => {
  let asked: string[];
  let passwords: Passwords;
  beforeEach(() => {
    asked = [];
    passwords = createPasswords(notingArgon2(asked), queue());
  });

  test('the parameters are those that OWASP asks for at least', () => {
    expect(argon2Parameters).toEqual({ memory: 19_456, passes: 2, lanes: 1 });
  });

  test('ENU-02: without a hash the same job runs with the same parameters, and never matches', async () => {
    expect(await passwords.verify(undefined, 'x', '192.0.2.1')).toEqual({ matches: false, outdated: false });
    expect(await passwords.verify(phc(costly, 'y'), 'x', '192.0.2.1')).toMatchObject({ matches: false });
    expect(asked).toEqual([`verify ${costly}`, `verify ${costly}`]);
  });

  test.each([
    ['today’s parameters', costly, false],
    ['stronger ones', 'm=65536,t=3,p=4', false],
    ['less memory', `m=4096,t=${argon2Parameters.passes},p=1`, true],
    ['fewer passes', `m=${argon2Parameters.memory},t=1,p=1`, true],
  ])('PWD-13: a hash with %s (%s) is outdated: %s', async (_what, parameters, outdated) => {
    expect(await passwords.verify(phc(parameters, 'x'), 'x', '192.0.2.1')).toEqual({
      matches: true,
      outdated,
    });
  });

  test('PWD-13: a hash of another algorithm is outdated', async () => {
    const bcrypt = `$2b$12$abcdefghijklmnopqrstuv$${Buffer.from('x').toString('base64')}`;
    expect(await passwords.verify(bcrypt, 'x', '192.0.2.1')).toEqual({ matches: true, outdated: true });
  });
});

describe.each([
  ['the native library', loadArgon2()],
  ['the runtime’s own', runtime],
])('argon2id by %s', (_which, argon2) => {
  const small = { memory: 64, passes: 1, lanes: 1 };

  test('salts each hash, and the hash tells its parameters', async () => {
    const [one, other] = [await argon2.hash('x', small), await argon2.hash('x', small)];
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
  });

  test('PWD-09: NUL, a trailing space and bytes past the 72nd all count', async () => {
    const long = 'x'.repeat(100);
    for (const [set, tried] of [
      ['a\0b', 'a'],
      ['a\0b', 'a\0c'],
      ['word ', 'word'],
      [`${long}a`, `${long}b`],
    ] as const) {
      const hash = await argon2.hash(set, small);
      expect(await argon2.verify(hash, set)).toBe(true);
      expect(await argon2.verify(hash, tried)).toBe(false);
    }
  });

  test('verifies what the other made', async () => {
    for (const other of [loadArgon2(), runtime])
      expect(await argon2.verify(await other.hash('x', small), 'x')).toBe(true);
  });
});
