import { expect, test } from 'vitest';
import { argon2Parameters } from '../../../src/domain/accounts/passwords.ts';
import { loadArgon2, runtime } from '../../../src/program/accounts/argon2.ts';

const native = loadArgon2();
const light = { memory: 64, passes: 2, lanes: 1 };
const passwords = ['correct horse', 'ünïcödé ☂ 密码', ' ', 'x'.repeat(256), '\u0000nul'];

test.each(passwords)('both implementations verify each other’s hashes: %j', async (password) => {
  for (const [by, other] of [
    [native, runtime],
    [runtime, native],
  ] as const) {
    const phc = await by.hash(password, light);
    expect(phc).toMatch(/^\$argon2id\$v=19\$m=64,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await other.verify(phc, password)).toBe(true);
    expect(await by.verify(phc, password)).toBe(true);
    expect(await other.verify(phc, `${password}.`)).toBe(false);
  }
});

test('the real parameters agree too', async () => {
  expect(await runtime.verify(await native.hash('correct horse', argon2Parameters), 'correct horse')).toBe(
    true,
  );
});

test('the same password never gives the same hash', async () => {
  expect(await runtime.hash('a', light)).not.toBe(await runtime.hash('a', light));
});

test.each(['', 'plain', '$argon2i$v=19$m=64,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA', '$2b$10$abc'])(
  'the runtime’s own takes %j for no hash',
  async (phc) => {
    expect(await runtime.verify(phc, 'a')).toBe(false);
  },
);
