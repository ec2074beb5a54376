/** Signing up with a mailbox that is proven by program, and what wrong codes come to. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mailsTo, mailTo } from '../../kit/mails.ts';
import { type Serving, type ServingOptions, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, signIn, signUp, visit } from '../../kit/visitor.ts';
import { person } from '../cast.ts';
import { askAccount, codeIn, proveAddress, signUpByMail, wrongCode } from './mail-cast.ts';

const codeOf = ({ status, json }: Answer): unknown => [status, json['code']];

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

  describe('signing up with a proven mailbox', () => {
    let verified: Serving;
    beforeEach(async () => {
      verified = await serving({ signUp: 'verified' });
    });
    const confirm = (ticket: string, code: string): Promise<Answer> =>
      visit(verified).ask('POST', '/api/v1/accounts/confirm', { body: { ticket, code } });

    test('the account is made by the code of the mail, and its address is proven', async () => {
      const asked = await askAccount(visit(verified), 'Ada@example.com', { name: 'Ada', username: 'ada' });
      expect(asked.status).toBe(202);
      expect(asked.json).toEqual({
        ticket: expect.stringMatching(/^dw_ma_/),
        screen_code: expect.stringMatching(/^[B-Z]{3}-[B-Z]{3}$/),
        expires_at: '2026-03-01T12:10:00.000Z',
      });
      await expect(signIn(visit(verified), 'ada@example.com')).rejects.toThrow('401');
      const made = await confirm(
        member(asked.json, 'ticket'),
        await codeIn(verified, 'ada@example.com', 'sign-up'),
      );
      expect(made.status).toBe(201);
      expect(made.json).toMatchObject({
        email: 'Ada@example.com',
        email_verified: true,
        name: 'Ada',
        username: 'ada',
      });
      await signIn(visit(verified), 'ada');
      expect(codeOf(await confirm(member(asked.json, 'ticket'), '000000'))).toEqual([403, 'ticket_over']);
    });

    test('an address is needed, and a username that is taken is told', async () => {
      await signUpByMail(verified, 'ada@example.com');
      const body = { username: 'bob', password: goodPassword };
      const nameless = await visit(verified).ask('POST', '/api/v1/accounts', { body });
      expect(codeOf(nameless)).toEqual([400, 'input_invalid']);
      const bob = await askAccount(visit(verified), 'bob@example.com', { username: 'bob' });
      await confirm(member(bob.json, 'ticket'), await codeIn(verified, 'bob@example.com', 'sign-up'));
      expect(codeOf(await askAccount(visit(verified), 'eve@example.com', { username: 'BOB' }))).toEqual([
        409,
        'identifier_taken',
      ]);
    });

    test('whoever has an account already is told so in the mailbox alone', async () => {
      await signUpByMail(verified, 'ada@example.com');
      verified.clock.advance(1);
      const asked = await askAccount(visit(verified), 'ada@example.com');
      expect(asked.status).toBe(202);
      const [mail] = await mailsTo(verified, 'ada@example.com');
      expect(mail).toMatchObject({
        kind: 'account-exists',
        values: { link: 'http://localhost:3000/sign-in', resetLink: 'http://localhost:3000/reset' },
      });
      expect(codeOf(await confirm(member(asked.json, 'ticket'), '123456'))).toEqual([
        403,
        'mail_code_refused',
      ]);
    });
  });

  test('an open server makes the account at once and asks for the proof in a mail', async () => {
    const here = await serving();
    const ada = await person(here, 'ada');
    const account = async (): Promise<Answer['json']> => (await ada.ask('GET', '/api/v1/account')).json;
    expect(await account()).toMatchObject({ email: 'ada@example.com', email_verified: false });
    expect((await mailTo(here, 'ada@example.com', 'sign-up')).values.code).toMatch(/^\d{6}$/);
    await proveAddress(here, ada, 'ada@example.com');
    expect(await account()).toMatchObject({ email: 'ada@example.com', email_verified: true });
  });

  test('a server without mail sends none and says so where one is needed', async () => {
    const here = await serving({ production: 'yes' });
    const ada = await person(here, 'ada');
    for (const [path, asker] of [
      ['/api/v1/password-resets', visit(here)],
      ['/api/v1/account/email', ada],
    ] as const)
      expect(codeOf(await asker.ask('POST', path, { body: { email: 'ada@example.com' } }))).toEqual([
        404,
        'mail_off',
      ]);
    const changed = await ada.ask('PATCH', '/api/v1/account', { body: { email: 'countess@example.com' } });
    expect(changed.json).toMatchObject({ email: 'countess@example.com', email_verified: false });
  });

  test('wrong codes: the fifth is the last, and the right one after it comes too late', async () => {
    const here = await serving({ signUp: 'verified' });
    const asked = await askAccount(visit(here), 'ada@example.com');
    const ticket = member(asked.json, 'ticket');
    const code = await codeIn(here, 'ada@example.com', 'sign-up');
    const confirm = (typed: string): Promise<Answer> =>
      visit(here).ask('POST', '/api/v1/accounts/confirm', { body: { ticket, code: typed } });
    for (let turn = 0; turn < 5; turn += 1)
      expect(codeOf(await confirm(wrongCode(code)))).toEqual([403, 'mail_code_refused']);
    expect(codeOf(await confirm(code))).toEqual([403, 'ticket_over']);
  });

  test('the code is taken with spaces and dashes', async () => {
    const here = await serving({ signUp: 'verified' });
    const asked = await askAccount(visit(here), 'ada@example.com');
    const code = await codeIn(here, 'ada@example.com', 'sign-up');
    const body = { ticket: member(asked.json, 'ticket'), code: ` ${code.slice(0, 3)} - ${code.slice(3)} ` };
    expect((await visit(here).ask('POST', '/api/v1/accounts/confirm', { body })).status).toBe(201);
  });

  test('LNK-01: whoever proves a mailbox takes its address from whoever never did', async () => {
    const here = await serving();
    const early = await person(here, 'victim');
    const victim = await person(here, 'ada');
    await proveAddress(here, victim, 'victim@example.com');
    expect((await early.ask('GET', '/api/v1/account')).json['email']).toBeNull();
    expect((await victim.ask('GET', '/api/v1/account')).json).toMatchObject({
      email: 'victim@example.com',
      email_verified: true,
    });
    expect(await signUp(visit(here), 'ada@example.com')).not.toBe(victim.account);
    const { session } = await signIn(visit(here), 'victim@example.com');
    expect(session).not.toBe(early.session);
  });
});
