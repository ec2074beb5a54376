/** Leaving with a time of grace: the account is closed at once, can be kept until it is over, and is deleted then. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../../packages/server/src/domain/admin/collect.ts';
import { headingOf } from '../../kit/clients.ts';
import { addTotp } from '../../kit/factors.ts';
import { mailTo } from '../../kit/mails.ts';
import { serveWith, signInWith, smallProvider } from '../../kit/outside.ts';
import { type Arrived, fillForm, openPage, textOf } from '../../kit/page-forms.ts';
import { addPasskey, signInBy } from '../../kit/passkeys.ts';
import { type Serving, servings, testStart } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { administrator, device, otherPassword, type Person, person, statusOf, why } from '../cast.ts';
import { codeIn, proveAddress } from '../mail/mail-cast.ts';

const path = '/api/v1/account';
const grace = 3_600_000;
const goesAt = '2026-03-01T13:00:00.000Z';
const email = 'ada@example.com';

describe.each(servings)('leaving over %s', (_way, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { deletionGrace: grace / 1000 } });
    ada = await person(serving, 'ada');
  });
  afterEach(() => serving.close());

  const leave = async (): Promise<void> => {
    const { status, json } = await ada.ask('DELETE', path, { body: { password: goodPassword } });
    expect([status, json]).toEqual([202, { deletes_at: goesAt }]);
  };
  const returning = (more: object = {}): Promise<Answer> =>
    visit(serving).ask('POST', '/api/v1/sessions', {
      body: { identifier: email, password: goodPassword, carrier: 'opaque', ...more },
    });
  const stored = () => serving.assembly.ports.store.read.accounts.find(ada.account);
  const events = async (): Promise<string[]> =>
    (await serving.assembly.ports.store.read.events.list({ after: 0, limit: 1000 }))
      .map(({ type }) => type)
      .filter((type) => /^account\.(?:closing|kept|deleted)$/.test(type));
  const proof = async (visitor: Visitor, next = '/docs/failures'): Promise<Arrived> => {
    const named = await openPage(visitor, `/sign-in?next=${next}`);
    const asked = await fillForm(visitor, named, ['sign-in', { identifier: email }]);
    return fillForm(visitor, asked, ['sign-in-password', { password: goodPassword }]);
  };

  test('closes the account at once, and tells whoever has the password until when it can be kept', async () => {
    await leave();
    expect(await statusOf(serving, ada.access)).toBe(401);
    const told = await returning();
    expect([told.status, told.json['code']]).toEqual([403, 'account_closing']);
    expect(told.json['errors']).toEqual([
      { field: 'keep_account', message: `It is deleted at ${goesAt}. Say true to keep it.` },
    ]);
    expect(await stored()).toMatchObject({ status: 'disabled', deletesAt: testStart + grace });
    expect(await events()).toEqual(['account.closing']);
  });

  test('is taken back over the API; what was signed in before stays ended', async () => {
    const other = await device(serving, ada);
    await leave();
    expect((await returning({ keep_account: true })).status).toBe(201);
    expect(await stored()).toMatchObject({ status: 'active', deletesAt: 0 });
    expect((await returning()).status).toBe(201);
    for (const { access } of [ada, other]) expect(await statusOf(serving, access)).toBe(401);
    expect(await events()).toEqual(['account.closing', 'account.kept']);
    serving.clock.advance(grace + 1);
    await collect(serving.assembly.ports);
    expect(await stored()).toBeDefined();
  });

  test('is taken back on the page, once; and the way leads on', async () => {
    await leave();
    const browser = visit(serving);
    const asked = await proof(browser);
    expect(headingOf(asked)).toBe('Your account is closed');
    expect(textOf(asked, 'leaves-at')).toContain('2026');
    expect((await browser.ask('GET', '/api/v1/session')).status).toBe(401);
    expect(await stored()).toMatchObject({ status: 'disabled' });
    const home = await fillForm(browser, asked, ['keep-form', {}]);
    expect(home.path).toBe('/docs/failures');
    expect((await browser.ask('GET', '/api/v1/session')).status).toBe(200);
    expect((await fillForm(browser, asked, ['keep-form', {}])).status).toBe(403);
    expect(await events()).toEqual(['account.closing', 'account.kept']);
  });

  test('asks for the second factor before it tells anything', async () => {
    const totp = await addTotp(serving, ada);
    await ada.ask('DELETE', path, { body: { password: goodPassword } });
    serving.clock.advance(60_000);
    const half = await returning({ keep_account: true });
    expect([half.status, half.json['code']]).toEqual([401, 'second_factor_required']);
    const browser = visit(serving);
    const second = await proof(browser);
    expect(headingOf(second)).toBe('One more proof');
    const asked = await fillForm(browser, second, ['second-step', { totp: totp.code() }]);
    expect(headingOf(asked)).toBe('Your account is closed');
    expect((await fillForm(browser, asked, ['keep-form', {}])).path).toBe('/docs/failures');
  });

  test('is told by mail, and so is keeping; a mail proves whoever comes back', async () => {
    await proveAddress(serving, ada, email);
    await leave();
    const { values } = await mailTo(serving, email, 'account-closing');
    expect([values.closesAt, values.link]).toEqual([testStart + grace, `${serving.origin}/sign-in`]);
    const browser = visit(serving);
    const named = await openPage(browser, '/sign-in?next=/docs/failures');
    const asked = await fillForm(browser, named, ['sign-in', { identifier: email }]);
    const waiting = await fillForm(browser, asked, ['sign-in-mail', {}]);
    const code = await codeIn(serving, email, 'sign-in');
    const closed = await fillForm(browser, waiting, ['confirm', { code }]);
    expect(headingOf(closed)).toBe('Your account is closed');
    await fillForm(browser, closed, ['keep-form', {}]);
    await mailTo(serving, email, 'account-kept');
    expect(await stored()).toMatchObject({ status: 'active' });
  });

  test('is kept by a passkey over the API, and told of before', async () => {
    const credential = await addPasskey(serving, ada);
    await leave();
    const told = await signInBy(serving, visit(serving), { credential, carrier: 'opaque' });
    expect([told.status, told.json['code']]).toEqual([403, 'account_closing']);
    const kept = await signInBy(serving, visit(serving), {
      credential,
      carrier: 'opaque',
      keeps: true,
    });
    expect(kept.status).toBe(201);
    expect(await stored()).toMatchObject({ status: 'active', deletesAt: 0 });
  });

  test('is kept by whoever has forgotten the password: a new one by mail leaves it closed, signing in offers to keep it', async () => {
    await proveAddress(serving, ada, email);
    await leave();
    serving.clock.advance(1000);
    const browser = visit(serving);
    const waiting = await fillForm(browser, await openPage(browser, '/reset'), ['reset', { email }]);
    const code = await codeIn(serving, email, 'password-reset');
    const done = await fillForm(browser, waiting, ['confirm', { code, password: otherPassword }]);
    expect(headingOf(done)).toBe('The password is set');
    expect(await stored()).toMatchObject({ status: 'disabled', deletesAt: testStart + grace });
    expect((await returning()).json['code']).toBe('sign_in_refused');
    expect((await returning({ password: otherPassword })).json['code']).toBe('account_closing');
    const named = await openPage(browser, '/sign-in?next=/docs/failures');
    const first = await fillForm(browser, named, ['sign-in', { identifier: email }]);
    const asked = await fillForm(browser, first, ['sign-in-password', { password: otherPassword }]);
    expect(headingOf(asked)).toBe('Your account is closed');
    expect((await fillForm(browser, asked, ['keep-form', {}])).path).toBe('/docs/failures');
    expect(await events()).toEqual(['account.closing', 'account.kept']);
  });

  test('is kept by the owner of an address that a thief had taken before closing it', async () => {
    await proveAddress(serving, ada, email);
    await proveAddress(serving, ada, 'thief@example.com');
    await leave();
    const { values } = await mailTo(serving, email, 'email-changed');
    const browser = visit(serving);
    const undo = await openPage(browser, values.link.slice(serving.origin.length));
    const done = await fillForm(browser, undo, ['undo', { password: otherPassword }]);
    expect(headingOf(done)).toBe('The address stands again');
    expect((await returning({ password: otherPassword, keep_account: true })).status).toBe(201);
  });

  test('whom administrators have disabled gets no new password', async () => {
    await proveAddress(serving, ada, email);
    const root = await administrator(serving);
    await root.ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, { body: { status: 'disabled' } });
    serving.clock.advance(1000);
    await visit(serving).ask('POST', '/api/v1/password-resets', { body: { email } });
    await mailTo(serving, email, 'no-account');
    await expect(mailTo(serving, email, 'password-reset')).rejects.toThrow('no mail');
  });

  test('shows on the page until when it can be kept', async () => {
    const browser = visit(serving);
    const signedIn = { identifier: email, password: goodPassword, carrier: 'cookie' };
    await browser.ask('POST', '/api/v1/sessions', { body: signedIn });
    const page = await openPage(browser, '/account/data');
    const left = await fillForm(browser, page, [
      'deletion-form',
      { password: goodPassword, understood: 'yes' },
    ]);
    expect([headingOf(left), left.headers.get('clear-site-data')]).toEqual([
      'The account is closed',
      '"cache"',
    ]);
    expect(textOf(left, 'leaves-at')).toBe('1 March 2026 at 13:00\u00a0UTC');
  });

  test('deletes it when the time is over, not before, and keeps nothing after it', async () => {
    await leave();
    serving.clock.advance(grace - 1);
    await collect(serving.assembly.ports);
    expect((await returning()).status).toBe(403);
    serving.clock.advance(1);
    const late = await returning({ keep_account: true });
    expect([late.status, late.json['code']]).toEqual([401, 'sign_in_refused']);
    await collect(serving.assembly.ports);
    expect(await stored()).toBeUndefined();
    expect(await events()).toEqual(['account.closing', 'account.deleted']);
    expect((await person(serving, 'ada')).account).not.toBe(ada.account);
  });

  test('is seen by administrators, who keep it, disable it for good, or delete it at once', async () => {
    const root = await administrator(serving);
    const at = `/api/v1/admin/accounts/${ada.account}`;
    await leave();
    expect((await root.ask('GET', at)).json).toMatchObject({ status: 'disabled', deletes_at: goesAt });
    const kept = await root.ask('PATCH', at, { body: { status: 'active' } });
    expect(kept.json).toMatchObject({ status: 'active', deletes_at: null });
    ada = await device(serving, ada);
    await leave();
    const disabled = await root.ask('PATCH', at, { body: { status: 'disabled' } });
    expect(disabled.json).toMatchObject({ status: 'disabled', deletes_at: null });
    const refused = await returning({ keep_account: true });
    expect([refused.status, why(serving, refused).detail['check']]).toEqual([401, 'account-disabled']);
    expect((await root.ask('DELETE', at)).status).toBe(204);
    expect(await stored()).toBeUndefined();
  });
});

test.each(servings)('without a time of grace it is gone at once over %s', async (_way, serve) => {
  const serving = await serve({ lightHashing: true, settings: { deletionGrace: 0 } });
  const ada = await person(serving, 'ada');
  await ada.ask('DELETE', path, { body: { password: goodPassword } });
  expect(await serving.assembly.ports.store.read.accounts.find(ada.account)).toBeUndefined();
  await serving.close();
});

test.each(servings)(
  'whoever signs in elsewhere and has closed their account is asked, and keeps it, over %s',
  async (_way, serve) => {
    const provider = await smallProvider();
    const serving = await serveWith({ outside: { issuer: provider.issuer } }, (settings) =>
      serve({ lightHashing: true, settings: { ...settings, deletionGrace: grace / 1000 } }),
    );
    const signInElsewhere = (browser: Visitor): Promise<Answer> => signInWith(browser, 'outside', provider);
    const owner = visit(serving);
    await signInElsewhere(owner);
    const { json } = await owner.ask('GET', path);
    expect((await owner.ask('DELETE', path, { body: {} })).json).toEqual({ deletes_at: goesAt });
    const browser = visit(serving);
    const led = await signInElsewhere(browser);
    const asked = await openPage(browser, led.headers.get('location') ?? '');
    expect([headingOf(asked), (await browser.ask('GET', '/api/v1/session')).status]).toEqual([
      'Your account is closed',
      401,
    ]);
    await fillForm(browser, asked, ['keep-form', {}]);
    expect((await browser.ask('GET', path)).json).toMatchObject({ id: json['id'], status: 'active' });
    await serving.close();
    await provider.close();
  },
);
