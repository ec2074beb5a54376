/** Accounts that begin on our pages, and passwords and addresses that come back there. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAccount } from '../../../packages/server/src/domain/accounts/sign-up.ts';
import { authorizeAt, headingOf, makeClient, told } from '../../kit/clients.ts';
import { mailsTo } from '../../kit/mails.ts';
import { fillForm, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { type Serving, type ServingOptions, servings } from '../../kit/serving.ts';
import { goodPassword, member, signIn, type Visitor, visit } from '../../kit/visitor.ts';
import { device, giveRoles, otherPassword, person, statusOf } from '../cast.ts';
import { codeIn, linkIn, proveAddress } from '../mail/mail-cast.ts';

describe.each(servings)('over %s', (_way, serve) => {
  const open: Serving[] = [];
  const serving = async (settings: ServingOptions['settings'] = {}): Promise<Serving> => {
    const made = await serve({ lightHashing: true, settings });
    open.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of open.splice(0)) await made.close();
  });
  const account = async (visitor: Visitor) => (await visitor.ask('GET', '/api/v1/account')).json;
  const email = 'ada@example.com';
  const fields = { email, name: 'Ada', password: goodPassword };

  test('an open server makes the account, signs it in and leads on', async () => {
    const browser = visit(await serving());
    const page = await openPage(browser, '/sign-up?next=/docs/failures');
    const home = await fillForm(browser, page, ['sign-up', fields]);
    expect(home.path).toBe('/docs/failures');
    expect(await account(browser)).toMatchObject({ email, email_verified: false, name: 'Ada' });
    const again = await fillForm(browser, page, ['sign-up', fields]);
    expect([again.status, again.text.includes(goodPassword)]).toEqual([409, false]);
    const weak = await fillForm(browser, page, ['sign-up', { ...fields, password: 'password1234' }]);
    expect([weak.status, weak.text.includes(`value="${email}"`)]).toEqual([400, true]);
  });

  test('where mailboxes are proven first, the code makes the account and a client’s request goes on', async () => {
    const here = await serving({ signUp: 'verified' });
    const browser = visit(here);
    const client = await makeClient(here, { firstParty: true });
    const waits = await authorizeAt(browser, client);
    const authorization = new URL(waits.headers.get('location') ?? '', here.origin).searchParams.get(
      'authorization',
    );
    const page = await openPage(browser, `/sign-up?authorization=${authorization}`);
    const asked = await fillForm(browser, page, ['sign-up', fields]);
    expect([headingOf(asked), textOf(asked, 'mailbox')]).toEqual(['Check your mail', email]);
    const resumed = await fillForm(browser, asked, [
      'confirm',
      { code: await codeIn(here, email, 'sign-up') },
    ]);
    expect(told(resumed)['code']).toMatch(/^dw_co_/);
    expect(await account(browser)).toMatchObject({ email, email_verified: true, name: 'Ada' });
  });

  test('the link of the mail makes the account where it was asked for by a button, elsewhere by the code of that screen', async () => {
    const here = await serving({ signUp: 'verified' });
    for (const isElsewhere of [false, true]) {
      const asking = visit(here);
      const to = `ada-${isElsewhere}@example.com`;
      const page = await openPage(asking, '/sign-up');
      const waiting = await fillForm(asking, page, ['sign-up', { ...fields, email: to }]);
      const opening = isElsewhere ? visit(here) : asking;
      const opened = await openPage(opening, `/confirm?link=${await linkIn(here, to, 'sign-up')}`);
      const screen = textOf(waiting, 'screen-code');
      await fillForm(opening, opened, ['confirm', isElsewhere ? { screen } : {}]);
      expect(await account(opening)).toMatchObject({ email: to, email_verified: true });
    }
  });

  test.each([
    ['closed', 'This server does not take sign-ups.'],
    ['invitation', 'Signing up here takes an invitation.'],
  ])('a server whose sign-up is %s shows no form', async (signUp, sentence) => {
    const browser = visit(await serving({ signUp }));
    const page = await openPage(browser, '/sign-up');
    expect([page.status, headingOf(page)]).toEqual([403, sentence]);
    expect((await openPage(browser, '/sign-in')).text).not.toContain('/sign-up');
  });

  describe('a new password', () => {
    let here: Serving;
    let browser: Visitor;
    beforeEach(async () => {
      here = await serving();
      browser = visit(here);
      await proveAddress(here, await person(here, 'ada'), email);
      here.clock.advance(1000);
    });

    test('is chosen with the code of the mail; nobody is signed in by it', async () => {
      const waiting = await fillForm(browser, await openPage(browser, '/reset'), ['reset', { email }]);
      const code = await codeIn(here, email, 'password-reset');
      const weak = await fillForm(browser, waiting, ['confirm', { code, password: 'password1234' }]);
      expect(weak.status).toBe(400);
      const done = await fillForm(browser, weak, ['confirm', { code, password: otherPassword }]);
      expect([done.status, headingOf(done)]).toEqual([200, 'The password is set']);
      expect((await browser.ask('GET', '/api/v1/session')).status).toBe(401);
      await signIn(visit(here), email, { password: otherPassword });
    });

    test('is chosen where the link is opened, with the code of the other screen', async () => {
      const waiting = await fillForm(browser, await openPage(browser, '/reset'), ['reset', { email }]);
      const phone = visit(here);
      const page = await openPage(phone, `/confirm?link=${await linkIn(here, email, 'password-reset')}`);
      const wrong = await fillForm(phone, page, ['confirm', { screen: 'BBB-BBB', password: otherPassword }]);
      expect([wrong.status, headingOf(wrong)]).toEqual([403, 'One more step']);
      const screen = textOf(waiting, 'screen-code');
      const done = await fillForm(phone, wrong, ['confirm', { screen, password: otherPassword }]);
      expect(headingOf(done)).toBe('The password is set');
    });
  });

  test('another address is confirmed by its link wherever the account is signed in, and taken back by the old one', async () => {
    const here = await serving();
    const ada = await person(here, 'ada', { carrier: 'cookie' });
    await proveAddress(here, ada, email);
    here.clock.advance(1000);
    await ada.ask('POST', '/api/v1/account/email', { body: { email: 'new@example.com' } });
    const link = await linkIn(here, 'new@example.com', 'email-change');
    const stranger = await openPage(visit(here), `/confirm?link=${link}`);
    expect([stranger.text.includes('name="screen"'), stranger.text.includes('id="sign-in-first"')]).toEqual([
      true,
      true,
    ]);
    const phone = await device(here, ada, { carrier: 'cookie' });
    const page = await openPage(phone, `/confirm?link=${link}`);
    expect(headingOf(await fillForm(phone, page, ['confirm', {}]))).toBe('The address is confirmed');
    expect(await account(ada)).toMatchObject({ email: 'new@example.com', email_verified: true });
    const browser = visit(here);
    const undo = await openPage(browser, `/undo?link=${await linkIn(here, email, 'email-changed')}`);
    expect(textOf(undo, 'mailbox')).toBe(email);
    const done = await fillForm(browser, undo, ['undo', { password: otherPassword }]);
    expect(headingOf(done)).toBe('The address stands again');
    expect((await ada.ask('GET', '/api/v1/session')).status).toBe(401);
    await signIn(visit(here), email, { password: otherPassword });
    const again = await sendForm(browser, undo, ['undo', { password: goodPassword }]);
    expect(again.status).toBe(403);
  });

  test('an invitation makes the account and signs it in', async () => {
    const here = await serving({ signUp: 'invitation' });
    const draft = {
      email: 'root@example.com',
      password: goodPassword,
      actor: 'operator',
      network: 'unknown',
    };
    const { id } = await createAccount(here.assembly.ports, draft);
    await giveRoles(here, id, ['admin']);
    const root = await device(here, { account: id, email: draft.email });
    await root.ask('POST', '/api/v1/admin/invitations', { body: { email } });
    const browser = visit(here);
    const page = await openPage(browser, `/invitation?link=${await linkIn(here, email, 'invitation')}`);
    expect(textOf(page, 'mailbox')).toBe(email);
    await fillForm(browser, page, ['invitation', { name: 'Ada', password: goodPassword }]);
    expect(await account(browser)).toMatchObject({ email, email_verified: true, name: 'Ada' });
    const [mail] = await mailsTo(here, email);
    expect(member({ kind: mail?.kind }, 'kind')).toBe('invitation');
    expect(await statusOf(here, root.access)).toBe(200);
  });
});
