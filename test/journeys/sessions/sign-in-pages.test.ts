/** Signing in on our pages, step by step, as a browser without scripts does. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { authorizeAt, headingOf, makeClient, told } from '../../kit/clients.ts';
import { mailsTo } from '../../kit/mails.ts';
import { type Arrived, fillForm, formOn, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { type Serving, serveHandler, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, signIn, type Visitor, visit } from '../../kit/visitor.ts';
import { person } from '../cast.ts';
import { codeIn, linkIn, proveAddress } from '../mail/mail-cast.ts';

const ada = 'ada@example.com';

/** Where a page leads whoever is to begin again. */
const againOn = (page: Answer): string | undefined => / id="again"[^>]* href="([^"]*)"/.exec(page.text)?.[1];
const attemptIn = (page: Arrived): string => /name="attempt" value="([^"]*)"/.exec(page.text)?.[1] ?? '';

describe.each(servings)('signing in on the pages over %s', (_way, serve) => {
  let serving: Serving;
  let browser: Visitor;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    const owner = await person(serving, 'ada');
    await proveAddress(serving, owner, ada);
    serving.clock.advance(1000);
    browser = visit(serving);
  });
  afterEach(() => serving.close());

  const name = async (
    visitor: Visitor,
    identifier = ada,
    path = '/sign-in?next=/docs/failures',
  ): Promise<Arrived> => fillForm(visitor, await openPage(visitor, path), ['sign-in', { identifier }]);
  const isSignedIn = async (visitor: Visitor): Promise<boolean> =>
    (await visitor.ask('GET', '/api/v1/session')).status === 200;
  const amr = async (visitor: Visitor): Promise<unknown> =>
    ((await visitor.ask('GET', '/api/v1/session')).json['session'] as { amr: string[] }).amr;

  test('the name comes first, then the password, then where the person came from', async () => {
    const page = await name(browser);
    expect([page.status, headingOf(page)]).toEqual([200, 'Enter the password']);
    expect(page.text).toContain(`autocomplete="username" value="${ada}"`);
    const home = await fillForm(browser, page, ['sign-in-password', { password: goodPassword }]);
    expect([home.path, await isSignedIn(browser)]).toEqual(['/docs/failures', true]);
    expect(await amr(browser)).toEqual(['pwd']);
  });

  test('a wrong password shows the form again, and the right one still works', async () => {
    const page = await name(browser);
    const again = await fillForm(browser, page, ['sign-in-password', { password: 'not the password' }]);
    expect([again.status, headingOf(again)]).toEqual([401, 'Enter the password']);
    expect(again.text).not.toContain('not the password');
    await fillForm(browser, again, ['sign-in-password', { password: goodPassword }]);
    expect(await isSignedIn(browser)).toBe(true);
  });

  test('a name that is refused is told at its field, and no password is asked for beside it', async () => {
    const page = await openPage(browser, '/sign-in');
    const answer = await sendForm(browser, page, ['sign-in', { identifier: 'x'.repeat(255) }]);
    expect([answer.status, textOf(answer, 'identifier-fault')]).toEqual([400, expect.stringMatching(/\S/)]);
    expect(answer.text).not.toContain('id="password"');
  });

  test('name and password may come together, as programs send them', async () => {
    const page = await openPage(browser, '/sign-in?next=/docs/failures');
    const home = await fillForm(browser, page, ['sign-in', { identifier: ada, password: goodPassword }]);
    expect([home.path, await isSignedIn(browser)]).toEqual(['/docs/failures', true]);
  });

  test('a request of a client waits meanwhile and goes on', async () => {
    const client = await makeClient(serving, { firstParty: true });
    const waits = await authorizeAt(browser, client, { login_hint: ada });
    const page = await openPage(browser, waits.headers.get('location') ?? '');
    expect(page.text).toContain(`value="${ada}"`);
    const asked = await fillForm(browser, page, ['sign-in', { identifier: ada }]);
    const resumed = await fillForm(browser, asked, ['sign-in-password', { password: goodPassword }]);
    expect(told(resumed)).toMatchObject({ state: 'a state', code: expect.stringMatching(/^dw_co_/) });
  });

  describe('by mail', () => {
    const ask = async (visitor: Visitor, identifier = ada): Promise<Arrived> =>
      fillForm(visitor, await name(visitor, identifier), ['sign-in-mail', {}]);

    test('the code is typed where the mail was asked for, and leads on', async () => {
      const page = await ask(browser);
      expect(headingOf(page)).toBe('Check your mail');
      const code = await codeIn(serving, ada, 'sign-in');
      const home = await fillForm(browser, page, ['confirm', { code }]);
      expect([home.path, await isSignedIn(browser)]).toEqual(['/docs/failures', true]);
      expect(await amr(browser)).toEqual(['mail']);
      const late = await sendForm(browser, page, ['confirm', { code }]);
      expect(late.status).toBe(403);
    });

    test('the link asks for a press of a button in the browser that asked', async () => {
      await ask(browser);
      const link = await linkIn(serving, ada, 'sign-in');
      const page = await openPage(browser, `/confirm?link=${link}`);
      expect(page.text).not.toContain('name="screen"');
      const home = await fillForm(browser, page, ['confirm', {}]);
      expect([home.path, await isSignedIn(browser)]).toEqual(['/docs/failures', true]);
    });

    test('the link asks for the code of that screen in any other browser, and signs in there', async () => {
      const waiting = await ask(browser);
      const other = visit(serving);
      const page = await openPage(other, `/confirm?link=${await linkIn(serving, ada, 'sign-in')}`);
      const without = await fillForm(other, page, ['confirm', {}]);
      expect([without.status, await isSignedIn(other)]).toEqual([403, false]);
      const screen = textOf(waiting, 'screen-code');
      expect(screen).toMatch(/^[B-Z]{3}-[B-Z]{3}$/);
      await fillForm(other, page, ['confirm', { screen: screen.toLowerCase() }]);
      expect([await isSignedIn(other), await isSignedIn(browser)]).toEqual([true, false]);
    });

    test('is not offered to a username, whoever has it', async () => {
      const page = await name(browser, 'ada');
      expect(() => formOn(page, 'sign-in-mail')).toThrow('no form');
    });

    test('is not there where the setting says so', async () => {
      const off = await serve({ lightHashing: true, settings: { mailSignIn: 'off' } });
      const page = await name(visit(off));
      expect(() => formOn(page, 'sign-in-mail')).toThrow('no form');
      await off.close();
    });

    test('opens nothing for a mailbox that was never proven, and looks the same', async () => {
      await person(serving, 'bea');
      serving.clock.advance(1000);
      const page = await ask(browser, 'bea@example.com');
      expect(headingOf(page)).toBe('Check your mail');
      expect((await mailsTo(serving, 'bea@example.com'))[0]?.kind).toBe('no-account');
    });
  });

  test('a sign-in is over after ten minutes', async () => {
    const page = await name(browser);
    serving.clock.advance(600_000);
    const late = await sendForm(browser, page, ['sign-in-password', { password: goodPassword }]);
    expect([late.status, headingOf(late)]).toEqual([
      403,
      'This sign-in is over, or was begun in another browser. Begin again.',
    ]);
    // No attempt of another browser tells where it was to lead.
    const stranger = await openPage(visit(serving), `/sign-in/password?attempt=${attemptIn(page)}`);
    expect([stranger.status, againOn(stranger)]).toEqual([403, undefined]);
    const again = againOn(late) ?? '';
    const home = await fillForm(
      browser,
      await fillForm(browser, await openPage(browser, again), ['sign-in', { identifier: ada }]),
      ['sign-in-password', { password: goodPassword }],
    );
    expect([home.path, await isSignedIn(browser)]).toEqual(['/docs/failures', true]);
  });
});

test('a sign-in from a strange network is told to the proven mailbox, unless the setting says otherwise', async () => {
  for (const signInNotice of ['on', 'off']) {
    const serving = await serveHandler({ lightHashing: true, settings: { signInNotice } });
    const owner = await person(serving, 'ada', { peer: '192.0.2.1' });
    await proveAddress(serving, owner, ada);
    serving.clock.advance(3_600_000);
    const kinds = async (): Promise<number> =>
      (await mailsTo(serving, ada)).filter(({ kind }) => kind === 'new-device').length;
    await signIn(visit(serving, { peer: '192.0.2.1' }), ada);
    expect(await kinds()).toBe(0);
    await signIn(visit(serving, { peer: '198.51.100.1' }), ada);
    await signIn(visit(serving, { peer: '198.51.100.1' }), ada);
    expect([signInNotice, await kinds()]).toEqual([signInNotice, signInNotice === 'on' ? 1 : 0]);
    await serving.close();
  }
});
