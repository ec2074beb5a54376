/** Proving once more who is signed in, on a page that leads back to where it was asked for. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { get } from '../../kit/authenticator.ts';
import { optionsOn, putRole } from '../../kit/enrolment.ts';
import { addTotp, amrIn } from '../../kit/factors.ts';
import { type SmallProvider, signInWith } from '../../kit/outside.ts';
import { type Arrived, fillForm, formOn, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { addPasskey, proveBy, signInBy } from '../../kit/passkeys.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { giveRoles, otherPassword } from '../cast.ts';
import { formOf, inBrowser, minutes, noticeOf, type Owner, openAt, openCentre, ownerOf } from './cast.ts';

let people = 0;

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  let provider: SmallProvider;
  beforeAll(async () => {
    const place = await openCentre(serve);
    ({ serving, provider } = place);
    return () => place.close();
  });

  let owner: Owner;
  let visitor: Visitor;
  beforeEach(async () => {
    owner = await ownerOf(serving, `prover-${(people += 1)}`);
    ({ visitor } = owner);
  });
  const open = (path: string, by = visitor): Promise<Arrived> => openAt(by, path);
  const ask = (page = 'factors', by = visitor): Promise<Arrived> =>
    open(`/proof?next=%2Faccount%2F${page}`, by);
  const session = (by = visitor): Promise<Answer> => by.ask('GET', '/api/v1/session');
  const idOf = ({ json }: Answer): unknown => (json['session'] as { id?: unknown } | undefined)?.id;
  /** Answers the passkey form of a page as its script does. */
  const showPasskey = (page: Answer, credential: Parameters<typeof get>[2]['credential'], by = visitor) => {
    const { action, hidden } = formOn(page, 'prove-by-passkey');
    const answer = get(serving.origin, optionsOn(page), { credential });
    return inBrowser(by).ask('POST', action, formOf({ ...hidden, passkey_answer: JSON.stringify(answer) }));
  };

  test('whoever has added their first passkey shows it once and goes on, in the same session', async () => {
    const credential = await addPasskey(serving, visitor);
    const page = await open('/passkeys');
    expect(page.text).toContain('href="/account/proof?next=%2Faccount%2Fpasskeys"');
    const before = await session();
    const answer = await showPasskey(await ask('passkeys'), credential);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/passkeys']);
    const after = await session();
    expect([idOf(after), amrIn(after)]).toEqual([idOf(before), ['pop', 'mfa']]);
    const back = await open('/passkeys');
    expect(noticeOf(back)).toBe('Thank you, that is confirmed.');
    expect(back.text).toContain('id="add-passkey"');
    expect(back.text).toContain('/account/passkeys/remove');
  });

  test('a password is enough where there is nothing more, and the handle of the cookie is another one', async () => {
    serving.clock.advance(minutes(6));
    const before = visitor.cookies.get('doorward_session');
    const wrong = await sendForm(inBrowser(visitor), await ask(), ['prove', { password: otherPassword }]);
    expect([wrong.status, formOn(wrong, 'prove').hidden]).toEqual([403, { next: '/account/factors' }]);
    expect(textOf(wrong, 'refusal')).toMatch(/\S/);
    expect(wrong.text).not.toContain(otherPassword);
    const done = await fillForm(visitor, wrong as Arrived, ['prove', { password: goodPassword }]);
    expect([done.path, noticeOf(done)]).toEqual(['/account/factors', 'Thank you, that is confirmed.']);
    expect(done.text).toContain('id="begin-app"');
    expect(visitor.cookies.get('doorward_session')).not.toBe(before);
  });

  test('MFA-08: the password alone proves nothing where the account has more', async () => {
    const app = await addTotp(serving, visitor);
    const page = await ask();
    expect(page.text).not.toContain('id="password"');
    const fields = { next: '/account/factors', password: goodPassword };
    const weak = await inBrowser(visitor).ask('POST', '/account/proof', formOf(fields));
    expect([weak.status, (await open('/factors')).text.includes('id="remove-app"')]).toEqual([401, false]);
    const done = await fillForm(visitor, page, ['prove', { totp: app.code() }]);
    expect([amrIn(await session()), done.text.includes('id="remove-app"')]).toEqual([
      ['pwd', 'otp', 'mfa'],
      true,
    ]);
  });

  test('MFA-01: a code that was used is not taken again; a recovery code is, once', async () => {
    const app = await addTotp(serving, visitor);
    const code = app.code();
    await fillForm(visitor, await ask(), ['prove', { totp: code }]);
    serving.clock.advance(minutes(6));
    const stale = await sendForm(inBrowser(visitor), await ask(), ['prove', { totp: code }]);
    expect([stale.status, textOf(stale, 'refusal')]).toEqual([403, expect.stringMatching(/\S/)]);
    const [, other = ''] = /id="other-factor" href="([^"]+)"/.exec(stale.text) ?? [];
    const [recovery = ''] = app.recoveryCodes;
    const page = await openPage(visitor, other.replaceAll('&amp;', '&'));
    const done = await fillForm(visitor, page, ['prove', { recovery_code: recovery }]);
    expect(noticeOf(done)).toBe('Thank you, that is confirmed.');
    serving.clock.advance(minutes(6));
    const fields = { next: '/account/factors', recovery_code: recovery };
    const again = await inBrowser(visitor).ask('POST', '/account/proof', formOf(fields));
    expect([again.status, again.text.includes('id="recovery_code"')]).toEqual([403, true]);
  });

  test('whoever signed in by a passkey alone is asked for the password beside a code', async () => {
    const credential = await addPasskey(serving, visitor);
    await proveBy(serving, visitor, { credential });
    const app = await addTotp(serving, visitor);
    const browser = visit(serving);
    await signInBy(serving, browser, { credential, carrier: 'cookie' });
    serving.clock.advance(minutes(6));
    const alone = { next: '/account/factors', totp: app.code() };
    expect((await inBrowser(browser).ask('POST', '/account/proof', formOf(alone))).status).toBe(401);
    serving.clock.advance(minutes(1));
    const both = { password: goodPassword, totp: app.code() };
    const done = await fillForm(browser, await ask('factors', browser), ['prove', both]);
    expect(noticeOf(done)).toBe('Thank you, that is confirmed.');
    expect(amrIn(await session(browser))).toEqual(['pwd', 'otp', 'mfa']);
  });

  test('where a role demands a passkey, no code is asked for, and none is enough', async () => {
    const credential = await addPasskey(serving, visitor);
    await proveBy(serving, visitor, { credential });
    const app = await addTotp(serving, visitor);
    const browser = visit(serving);
    await signInBy(serving, browser, { credential, carrier: 'cookie' });
    await putRole(serving, 'passkey');
    await giveRoles(serving, owner.account, ['passkey']);
    serving.clock.advance(minutes(6));
    const page = await ask('factors', browser);
    expect([page.text.includes('id="prove"'), page.text.includes('id="prove-by-passkey"')]).toEqual([
      false,
      true,
    ]);
    const fields = { next: '/account/factors', password: goodPassword, totp: app.code() };
    const weak = await inBrowser(browser).ask('POST', '/account/proof', formOf(fields));
    expect(weak.status).toBe(401);
    expect((await showPasskey(page, credential, browser)).headers.get('location')).toBe('/account/factors');
  });

  test('a ceremony proves its own session alone', async () => {
    const credential = await addPasskey(serving, visitor);
    const page = await ask();
    const other = await ownerOf(serving, `prover-${(people += 1)}`);
    expect((await showPasskey(page, credential, other.visitor)).status).toBe(403);
    expect((await showPasskey(page, credential)).status).toBe(303);
    expect((await showPasskey(page, credential)).status).toBe(403);
  });

  test('who has nothing to show signs in anew, who has shown it goes on, and nobody else comes in', async () => {
    const guest = visit(serving);
    provider.behaviour.claims = { sub: `prover-${people}` };
    await signInWith(guest, 'outside', provider);
    expect((await ask('password', guest)).path).toBe('/account/password');
    serving.clock.advance(minutes(6));
    expect((await ask('password', guest)).path).toBe('/sign-in?next=%2Faccount%2Fpassword');
    const stranger = await ask('names', visit(serving));
    expect(stranger.path).toBe('/sign-in?next=%2Faccount%2Fproof%3Fnext%3D%252Faccount%252Fnames');
  });

  test.each(['https://evil.example', '//evil.example', '/docs', '/account/nowhere', ''])(
    'WEB-07: it leads to pages of the account alone, not to %j',
    async (next) => {
      serving.clock.advance(minutes(6));
      const query = new URLSearchParams({ next }).toString();
      expect((await open(`/proof?${query}`)).status).toBe(400);
      const sent = await inBrowser(visitor).ask(
        'POST',
        '/account/proof',
        formOf({ next, password: goodPassword }),
      );
      expect([sent.status, sent.headers.get('location')]).toEqual([400, null]);
    },
  );

  describe('what was entered into a form that was open for too long', () => {
    const late = async (path: string, id: string, fields: Readonly<Record<string, string>>) => {
      const page = await open(path);
      serving.clock.advance(minutes(6));
      return sendForm(inBrowser(visitor), page, [id, fields]);
    };
    const provePassword = async (answer: Answer): Promise<Arrived> => {
      const page = await openPage(visitor, answer.headers.get('location') ?? '');
      return fillForm(visitor, page, ['prove', { password: goodPassword }]);
    };

    test('stands there again, once', async () => {
      const address = `later-${people}@example.com`;
      const back = await provePassword(await late('/names', 'email-form', { email: address }));
      expect(back.text).toContain(`value="${address}"`);
      expect((await open('/names')).text).not.toContain(address);
    });

    test('of an API key as well', async () => {
      const fields = { name: 'Backup', scope: 'account:read', days: '7' };
      const back = await provePassword(await late('/api-keys', 'make-key', fields));
      for (const value of Object.values(fields)) expect(back.text).toContain(`value="${value}"`);
      const made = await fillForm(visitor, back, ['make-key', fields]);
      expect(textOf(made, 'key')).toMatch(/^dw_ak_/);
    });

    test('is shown to that session alone, and is never a password', async () => {
      const left = await late('/names', 'email-form', { email: 'later@example.com' });
      const note = visitor.cookies.get('doorward_entered') ?? '';
      expect([left.status, note]).toEqual([303, expect.stringMatching(/\S/)]);
      const other = await ownerOf(serving, `prover-${(people += 1)}`);
      other.visitor.cookies.set('doorward_entered', note);
      expect((await open('/names', other.visitor)).text).not.toContain('later@example.com');
      await provePassword(left);
      const leaving = await late('/data', 'deletion-form', { password: goodPassword, understood: 'yes' });
      expect([leaving.status, visitor.cookies.has('doorward_entered')]).toEqual([303, false]);
    });
  });
});
