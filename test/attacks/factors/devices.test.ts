import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { giveRoles, type Person, person } from '../../journeys/cast.ts';
import { type Authenticator, addTotp, prove, trySignIn } from '../../kit/factors.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let ada: Person;
let totp: Authenticator;
let browser: Visitor;
const day = 86_400_000;

beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
  totp = await addTotp(serving, ada);
  browser = visit(serving);
  await trySignIn(browser, ada.email, { totp: totp.code(), remember_device: true });
  serving.clock.advance(60_000);
});
afterEach(() => serving.close());

const deviceCookies = (of: Visitor): [string, string][] =>
  [...of.cookies].filter(([name]) => name.startsWith('doorward_device_'));

/** Another browser with the device cookies of the first. */
function copy(of: Visitor): Visitor {
  const other = visit(serving);
  for (const [name, value] of deviceCookies(of)) other.cookies.set(name, value);
  return other;
}

const codeOf = ({ status, json }: Answer): unknown => (status === 201 ? 201 : json['code']);
const required = 'second_factor_required';

describe('MFA-13: a remembered device', () => {
  test('stands for the second factor, and for nothing else', async () => {
    expect(codeOf(await trySignIn(browser, ada.email, { password: 'wrong' }))).toBe('sign_in_refused');
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(201);
    // A session that began by it has shown one factor.
    const removal = await browser.ask('DELETE', '/api/v1/account/factors/totp');
    expect(removal.json['code']).toBe('proof_too_weak');
    const renewed = await prove(browser, { password: goodPassword });
    expect(renewed.json['code']).toBe(required);
  });
  test('is of its own account: under another one’s name it opens nothing', async () => {
    const eve = await person(serving, 'eve');
    const other = await addTotp(serving, eve);
    const second = visit(serving);
    await trySignIn(second, eve.email, { totp: other.code(), remember_device: true });
    const [mine] = deviceCookies(browser);
    const [theirs] = deviceCookies(second);
    browser.cookies.set(String(theirs?.[0]), String(mine?.[1]));
    expect(codeOf(await trySignIn(browser, eve.email))).toBe(required);
    expect(codeOf(await trySignIn(second, eve.email))).toBe(201);
  });
  test('is over after a change of password', async () => {
    const thief = copy(browser);
    const body = { current_password: goodPassword, new_password: 'nine loud geese argue' };
    expect((await browser.ask('PUT', '/api/v1/account/password', { body })).status).toBe(200);
    expect(codeOf(await trySignIn(thief, ada.email, { password: 'nine loud geese argue' }))).toBe(required);
  });
  test('is over after a change of factors', async () => {
    await prove(ada, { totp: totp.code() });
    totp = await addTotp(serving, ada);
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(required);
  });
  test('is over after its days, and was not made longer by its use', async () => {
    serving.clock.advance(29 * day);
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(201);
    serving.clock.advance(day);
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(required);
  });
  test('that was copied gives itself away: the second of the two is refused, and then both', async () => {
    const thief = copy(browser);
    expect(codeOf(await trySignIn(thief, ada.email))).toBe(201);
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(required);
    expect(codeOf(await trySignIn(thief, ada.email))).toBe(required);
    const { read } = serving.assembly.ports.store;
    const events = await read.events.list({ after: 0, limit: 100, type: 'remembered-device.ended' });
    expect(events.map(({ data }) => JSON.parse(data) as object)).toMatchObject([{ reason: 'copied' }]);
  });
  test('that was forged is nobody’s', async () => {
    const [[name, value] = ['', '']] = deviceCookies(browser);
    const last = value.at(-1) === 'A' ? 'B' : 'A';
    for (const forged of [`${value.slice(0, -1)}${last}`, value.replace('dw_rd_', 'dw_sc_'), 'dw_rd_', '']) {
      const thief = visit(serving);
      thief.cookies.set(name, forged);
      expect(codeOf(await trySignIn(thief, ada.email)), forged).toBe(required);
    }
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(201);
  });
  test('is not made by whoever has shown the password alone', async () => {
    const eve = await person(serving, 'eve');
    const other = visit(serving);
    expect(codeOf(await trySignIn(other, eve.email, { remember_device: true }))).toBe(201);
    expect(deviceCookies(other)).toEqual([]);
  });
  test('does not stand for a passkey that a role demands', async () => {
    const { ports } = serving.assembly;
    const role = { name: 'strict', permissions: [], requires: 'passkey' } as const;
    await ports.store.transact((tx) => tx.roles.put(role));
    await giveRoles(serving, ada.account, ['strict']);
    expect(codeOf(await trySignIn(browser, ada.email))).toBe(required);
  });
  test('is an HttpOnly cookie that goes to this site alone', async () => {
    const said = await trySignIn(visit(serving), ada.email, { totp: totp.code(), remember_device: true });
    const line = said.headers.getSetCookie().find((one) => one.startsWith('doorward_device_'));
    expect(line).toMatch(/; HttpOnly/);
    expect(line).toMatch(/; SameSite=Strict/);
  });
});

test('with the setting at 0 no browser is remembered', async () => {
  const strict = await serveHandler({ lightHashing: true, settings: { rememberedDevice: 0 } });
  const eve = await person(strict, 'eve');
  const other = await addTotp(strict, eve);
  const visitor = visit(strict);
  expect((await trySignIn(visitor, eve.email, { totp: other.code(), remember_device: true })).status).toBe(
    201,
  );
  expect(deviceCookies(visitor)).toEqual([]);
  await strict.close();
});
