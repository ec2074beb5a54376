/** The second step of a sign-in on our pages: a factor, a recovery code, a browser that is remembered, a factor that a role needs. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { form, headingOf } from '../../kit/clients.ts';
import { madePasskey, putRole } from '../../kit/enrolment.ts';
import { type Authenticator, addTotp, authenticator } from '../../kit/factors.ts';
import { type Arrived, fillForm, formOn, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { signInBy } from '../../kit/passkeys.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, type Visitor, visit } from '../../kit/visitor.ts';
import { giveRoles, person } from '../cast.ts';
import { codeIn, proveAddress } from '../mail/mail-cast.ts';

const ada = 'ada@example.com';
const reason = 'The code is wrong, was used, or its time is over.';

describe.each(servings)('the second step over %s', (_way, serve) => {
  let serving: Serving;
  let totp: Authenticator;
  let browser: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    const owner = await person(serving, 'ada');
    await proveAddress(serving, owner, ada);
    totp = await addTotp(serving, owner);
    browser = visit(serving);
  });
  afterEach(() => serving.close());

  const named = async (visitor: Visitor, identifier = ada): Promise<Arrived> =>
    fillForm(visitor, await openPage(visitor, '/sign-in?next=/docs/failures'), ['sign-in', { identifier }]);
  const first = async (visitor: Visitor, identifier = ada): Promise<Arrived> =>
    fillForm(visitor, await named(visitor, identifier), ['sign-in-password', { password: goodPassword }]);
  const amr = async (visitor: Visitor): Promise<unknown> =>
    ((await visitor.ask('GET', '/api/v1/session')).json['session'] as { amr?: string[] } | undefined)?.amr;

  test('SES-06: the password alone leads to the second factor and to no session', async () => {
    const page = await first(browser);
    expect(headingOf(page)).toBe('One more proof');
    expect([...browser.cookies.keys()]).toEqual(['doorward_browser']);
    const wrong = await fillForm(browser, page, ['second-step', { totp: totp.wrongCode() }]);
    expect([wrong.status, headingOf(wrong), await amr(browser)]).toEqual([403, 'One more proof', undefined]);
    const home = await fillForm(browser, wrong, ['second-step', { totp: totp.code() }]);
    expect([home.path, await amr(browser)]).toEqual(['/docs/failures', ['pwd', 'otp', 'mfa']]);
  });

  test('SES-06: so do name and password together, and a mail', async () => {
    const page = await openPage(browser, '/sign-in');
    const asked = await fillForm(browser, page, ['sign-in', { identifier: ada, password: goodPassword }]);
    expect(headingOf(asked)).toBe('One more proof');
    serving.clock.advance(1000);
    const other = visit(serving);
    const waiting = await fillForm(other, await named(other), ['sign-in-mail', {}]);
    const mailed = await fillForm(other, waiting, [
      'confirm',
      { code: await codeIn(serving, ada, 'sign-in') },
    ]);
    expect(headingOf(mailed)).toBe('One more proof');
    await fillForm(other, mailed, ['second-step', { totp: totp.code() }]);
    expect(await amr(other)).toEqual(['mail', 'otp', 'mfa']);
  });

  test('a recovery code stands for the authenticator once', async () => {
    const [code = ''] = totp.recoveryCodes;
    const page = await first(browser);
    const link = /id="other-factor" href="([^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const asked = await openPage(browser, link);
    await fillForm(browser, asked, ['second-step', { recovery_code: code }]);
    expect(await amr(browser)).toEqual(['pwd', 'recovery', 'mfa']);
    const again = visit(serving);
    const second = await first(again);
    const { hidden } = formOn(second, 'second-step');
    const used = await again.ask('POST', '/sign-in/second', form({ ...hidden, recovery_code: code }));
    expect(used.status).toBe(403);
  });

  test('a browser that is remembered is not asked again, and another one is', async () => {
    const page = await first(browser);
    await fillForm(browser, page, ['second-step', { totp: totp.code(), remember: 'yes' }]);
    browser.cookies.delete('doorward_session');
    expect((await first(browser)).path).toBe('/docs/failures');
    expect(headingOf(await first(visit(serving)))).toBe('One more proof');
  });

  test('SES-06: the second step of one sign-in takes no other account’s, and none of another browser', async () => {
    const eve = await person(serving, 'eve');
    const eves = await addTotp(serving, eve);
    const mine = visit(serving);
    const page = await first(mine, 'eve@example.com');
    const theirs = await first(browser);
    const { hidden } = formOn(theirs, 'second-step');
    const stolen = await mine.ask('POST', '/sign-in/second', form({ ...hidden, totp: eves.code() }));
    expect(stolen.status).toBe(403);
    const swapped = await sendForm(browser, theirs, ['second-step', { totp: eves.code() }]);
    expect(swapped.status).toBe(403);
    await fillForm(mine, page, ['second-step', { totp: eves.code() }]);
    expect((await mine.ask('GET', '/api/v1/account')).json['email']).toBe('eve@example.com');
  });

  test('SES-06: it is taken once, not before the first, and not after the password was changed', async () => {
    const start = await named(browser);
    const { hidden } = formOn(start, 'sign-in-password');
    const early = await browser.ask('POST', '/sign-in/second', form({ ...hidden, totp: totp.code() }));
    expect(early.status).toBe(403);
    const page = await fillForm(browser, start, ['sign-in-password', { password: goodPassword }]);
    const again = await sendForm(browser, start, ['sign-in-password', { password: goodPassword }]);
    expect(again.status).toBe(403);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => sendForm(browser, page, ['second-step', { totp: totp.code() }])),
    );
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test('a role that needs a second factor has it set up before anybody is in', async () => {
    await putRole(serving, 'second-factor');
    const bea = await person(serving, 'bea');
    await giveRoles(serving, bea.account, ['second-factor']);
    const offer = await first(browser, 'bea@example.com');
    expect(headingOf(offer)).toBe('Your role needs a second factor');
    const shown = await fillForm(browser, offer, ['enrol', {}]);
    expect(await amr(browser)).toBeUndefined();
    expect(shown.text).toContain('<svg');
    const made = authenticator(serving, textOf(shown, 'secret').replaceAll(' ', ''));
    const wrong = await fillForm(browser, shown, ['enrolment', { code: made.wrongCode() }]);
    expect([wrong.status, await amr(browser)]).toEqual([403, undefined]);
    // The secret is shown once; its code is asked for again.
    expect([textOf(wrong, 'secret'), textOf(wrong, 'code-fault')]).toEqual(['', reason]);
    const codes = await fillForm(browser, wrong, ['enrolment', { code: made.code() }]);
    expect(headingOf(codes)).toBe('Keep your recovery codes');
    expect(codes.text.match(/<li><code>/g)).toHaveLength(10);
    expect(await amr(browser)).toEqual(['pwd', 'otp', 'mfa']);
    expect(codes.text).toContain('href="/docs/failures"');
  });

  test('a role that needs a passkey has one made before anybody is in', async () => {
    await putRole(serving, 'passkey');
    const bea = await person(serving, 'bea');
    await giveRoles(serving, bea.account, ['passkey']);
    const offer = await first(browser, 'bea@example.com');
    expect([headingOf(offer), await amr(browser)]).toEqual(['Your role needs a passkey', undefined]);
    expect(offer.text).toContain('A passkey can only be made where JavaScript is on.');
    expect(offer.text).not.toContain('id="enrol"');
    const { body, credential } = madePasskey(serving, offer);
    const unnamed = await browser.ask('POST', '/sign-in/enrol-passkey', form({ ...body, name: ' ' }));
    expect([unnamed.status, textOf(unnamed, 'name-fault')]).toEqual([400, 'Give it a name.']);
    const codes = await browser.ask('POST', '/sign-in/enrol-passkey', form(body));
    expect([codes.status, headingOf(codes)]).toEqual([200, 'Keep your recovery codes']);
    expect(await amr(browser)).toEqual(['pwd', 'pop', 'mfa']);
    // The next time it is asked for, and alone it is enough.
    const again = visit(serving);
    expect((await signInBy(serving, again, { credential })).status).toBe(201);
    expect(headingOf(await first(visit(serving), 'bea@example.com'))).toBe('One more proof');
  });

  test('an account whose role needs nothing more enrols nothing there', async () => {
    const page = await first(browser);
    const { hidden } = formOn(page, 'second-step');
    for (const path of ['/sign-in/enrol', '/sign-in/enrolment']) {
      const more = path.endsWith('ment') ? { enrolment: 'none', code: '123456' } : {};
      const answer = await browser.ask('POST', path, form({ ...hidden, ...more }));
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });
});
