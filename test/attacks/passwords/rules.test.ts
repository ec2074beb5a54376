import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let visitor: Visitor;
let turn = 0;
beforeAll(async () => {
  serving = await serveHandler({
    lightHashing: true,
    settings: { signUpAttempts: 10_000, networkAttempts: 10_000 },
  });
});
beforeEach(() => {
  visitor = visit(serving, { program: true });
  turn += 1;
});
afterAll(() => serving.close());

const username = (): string => `person${turn}`;

const signUpWith = (password: string, more = {}): Promise<Answer> =>
  visitor.ask('POST', '/api/v1/accounts', { body: { username: username(), password, ...more } });

const signInWith = async (password: string): Promise<number> => {
  const body = { identifier: username(), password, carrier: 'opaque' };
  return (await visitor.ask('POST', '/api/v1/sessions', { body })).status;
};

describe('PWD-08: what a new password may be', () => {
  test.each([
    ['8 characters', 'qx7mvw2k'],
    ['14 characters', 'horse lane fog'],
    ['15 characters', 'horse lane fogs'],
    ['64 characters', 'correct horse staple battery '.repeat(3).slice(0, 64)],
    ['128 characters', 'several words in a row make 128 '.repeat(4)],
    ['256 characters', 'sixteen letters.'.repeat(16)],
    ['lower case alone', 'windmillpotato'],
    ['digits alone, not in a common row', '8350274619'],
    ['spaces at both ends', ' herons wade '],
    ['emoji', '\u{1F9A9}\u{1F98A}\u{1F9A6}\u{1F43B}\u{1F98B}\u{1F40C}\u{1F997}\u{1F9AD}'],
    ['another script', '\u043F\u0430\u0440\u043E\u0445\u043E\u0434\u0438\u043A'],
  ])('%s are taken', async (_what, password) => {
    expect((await signUpWith(password)).status).toBe(201);
    expect(await signInWith(password)).toBe(201);
  });

  test.each([
    ['7 characters', 'qx7mvw2', 'password_too_short'],
    ['7 emoji, although they are 14 units', '\u{1F9A9}'.repeat(7), 'password_too_short'],
    ['257 characters', `${'sixteen letters.'.repeat(16)}x`, 'password_too_long'],
    ['the most common but its own name', 'iloveyou', 'password_common'],
    ['a common one in capitals', 'PASSWORD1', 'password_common'],
    ['a common row of keys', 'qwertyuiop', 'password_common'],
    ['a common one in full-width letters', '\uFF50assword1', 'password_common'],
    ['the name of the product', 'doorward', 'password_context'],
    ['the name of the product with a year', 'Doorward2026!', 'password_context'],
  ])('%s is refused with the reason', async (_what, password, code) => {
    const answer = await signUpWith(password);
    expect([answer.status, answer.json['code']]).toEqual([400, code]);
    expect(answer.json['errors']).toEqual([{ field: 'password', message: expect.stringMatching(/\w/) }]);
    expect(answer.text).not.toContain(password);
  });

  test.each([
    ['the username', { username: 'windmillpotato' }, 'windmillpotato'],
    ['the address', { email: 'windmill.potato@example.com' }, 'windmill.potato@example.com'],
    ['the name of the address with digits', { email: 'windmillpotato@example.com' }, 'windmillpotato123'],
    ['the name', { name: 'Windmill Potato' }, 'Windmill Potato'],
  ])('%s of the account is refused', async (_what, more, password) => {
    expect((await signUpWith(password, more)).json['code']).toBe('password_context');
  });
});

describe('PWD-09: nothing is cut, folded or trimmed but what the standard folds', () => {
  test.each([
    ['the 73rd byte', `${'x7 '.repeat(24)}a`, `${'x7 '.repeat(24)}b`],
    ['the 256th character', `${'x7 q'.repeat(63)}abc1`, `${'x7 q'.repeat(63)}abc2`],
    ['a trailing space', 'herons wade by', 'herons wade by '],
    ['a leading space', 'herons wade by', ' herons wade by'],
    ['case', 'herons wade by', 'Herons wade by'],
    [
      'a four-byte letter at the limit',
      `${'ab c'.repeat(63)}def\u{1F511}`,
      `${'ab c'.repeat(63)}def\u{1F512}`,
    ],
  ])('%s counts', async (_what, password, other) => {
    expect((await signUpWith(password)).status).toBe(201);
    expect(await signInWith(other)).toBe(401);
    expect(await signInWith(password)).toBe(201);
  });

  test('a letter with its accent composed and decomposed is one letter, at both doors', async () => {
    expect((await signUpWith('caf\u00E9 on the river')).status).toBe(201);
    expect(await signInWith('cafe\u0301 on the river')).toBe(201);
  });

  test.each([
    ['NUL', 'herons\0wade', 'body_malformed'],
    ['a lone surrogate', 'herons\uD800wade', 'body_malformed'],
    ['a noncharacter', 'herons\uFFFEwade', 'body_malformed'],
    ['a control character', 'herons\u0007wade', 'password_malformed'],
    ['a line break', 'herons\nwade', 'password_malformed'],
  ])('%s is refused at sign-up and sign-in, not taken for an end', async (_what, password, code) => {
    expect((await signUpWith(password)).json['code']).toBe(code);
    const body = { identifier: username(), password, carrier: 'opaque' };
    expect((await visitor.ask('POST', '/api/v1/sessions', { body })).json['code']).toBe(code);
  });
});

describe('PWD-11: an oversize password is refused before any hash', () => {
  test.each([
    ['of 1,025 units', 'x'.repeat(1025), 400],
    ['of 15 kB', 'x'.repeat(15_000), 400],
    ['of 1 MB', 'x'.repeat(1 << 20), 413],
    ['of a million letters that expand', '\uFDFA'.repeat(350_000), 413],
  ])('%s', async (_what, password, status) => {
    const hashed = [vi.spyOn(lightArgon2, 'hash'), vi.spyOn(lightArgon2, 'verify')];
    const before = process.cpuUsage();
    expect((await signUpWith(password)).status).toBe(status);
    expect(await signInWith(password)).toBe(status);
    expect(process.cpuUsage(before).user).toBeLessThan(200_000);
    for (const spy of hashed) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('of few letters that grow eighteenfold under NFKC costs no more than any other', async () => {
    const password = '\uFDFA'.repeat(1024);
    const hash = vi.spyOn(lightArgon2, 'hash');
    const before = process.cpuUsage();
    expect((await signUpWith(password)).json['code']).toBe('password_too_long');
    expect(hash).not.toHaveBeenCalled();
    expect(await signInWith(password)).toBe(401);
    expect(process.cpuUsage(before).user).toBeLessThan(200_000);
    vi.restoreAllMocks();
  });
});
