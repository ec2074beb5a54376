/** Signing in by mail over the API: a code is asked for, and begins a session once, with a second factor where there is one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Authenticator, addTotp } from '../../kit/factors.ts';
import { mailsTo } from '../../kit/mails.ts';
import { type Serving, serveHandler, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, type Visitor, visit } from '../../kit/visitor.ts';
import { administrator, carriers, giveRoles, type Person, person, statusOf } from '../cast.ts';
import { codeIn, proveAddress, wrongCode } from '../mail/mail-cast.ts';

const email = 'ada@example.com';
const path = '/api/v1/sessions/mail';

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true, settings: { signUpAttempts: 1000 } });
    ada = await person(serving, 'ada');
    await proveAddress(serving, ada, email);
  });
  afterEach(() => serving.close());

  /** Asks for a mail; the ticket, and the code of the mail. */
  const asked = async (visitor = visit(serving)): Promise<{ ticket: string; code: string }> => {
    serving.clock.advance(1);
    const { status, json } = await visitor.ask('POST', path, { body: { email } });
    expect(status).toBe(202);
    return { ticket: member(json, 'ticket'), code: await codeIn(serving, email, 'sign-in') };
  };
  const show = (body: object, visitor: Visitor = visit(serving)): Promise<Answer> =>
    visitor.ask('POST', `${path}/confirm`, { body: { carrier: 'opaque', ...body } });
  const told = ({ status, json }: Answer): unknown => [status, json['code']];

  test.each(carriers)('the code begins a session by %s, which states what was shown', async (carrier) => {
    const visitor = visit(serving);
    const answer = await show({ ...(await asked(visitor)), carrier, client_name: 'a test' }, visitor);
    expect([answer.status, answer.json['account']]).toMatchObject([201, { id: ada.account }]);
    expect(answer.json['session']).toMatchObject({ carrier, amr: ['mail'], client_name: 'a test' });
    const bearer = member(answer.json, 'access_token');
    const known = await visitor.ask('GET', '/api/v1/session', bearer === '' ? {} : { bearer });
    expect(known.status).toBe(200);
  });

  test('it begins one, of any number at once, and nothing later', async () => {
    const mail = await asked();
    const answers = await Promise.all(Array.from({ length: 4 }, () => show(mail)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 403, 403, 403]);
    expect(told(await show(mail))).toEqual([403, 'ticket_over']);
  });

  test('a wrong code is refused, five end the mail, and so does its time', async () => {
    const mail = await asked();
    for (let turn = 0; turn < 5; turn += 1)
      expect(told(await show({ ...mail, code: wrongCode(mail.code) }))).toEqual([403, 'mail_code_refused']);
    expect(told(await show(mail))).toEqual([403, 'ticket_over']);
    const late = await asked();
    serving.clock.advance(600_000);
    expect(told(await show(late))).toEqual([403, 'ticket_over']);
  });

  test('a newer mail, another password, and a ticket of another purpose or nobody open nothing', async () => {
    const older = await asked();
    const newer = await asked();
    expect(told(await show(older))).toEqual([403, 'ticket_over']);
    const reset = await visit(serving).ask('POST', '/api/v1/password-resets', { body: { email } });
    const code = await codeIn(serving, email, 'password-reset');
    expect(told(await show({ ticket: member(reset.json, 'ticket'), code }))).toEqual([403, 'ticket_over']);
    expect(told(await show({ ticket: 'dw_ma_none', code: newer.code }))).toEqual([403, 'ticket_over']);
    const swapped = { ticket: newer.ticket, code, new_password: 'nine loud geese argue' };
    const used = await visit(serving).ask('POST', '/api/v1/password-resets/confirm', { body: swapped });
    expect(told(used)).toEqual([403, 'ticket_over']);
    const body = { current_password: goodPassword, new_password: 'nine loud geese argue' };
    expect((await ada.ask('PUT', '/api/v1/account/password', { body })).status).toBe(200);
    expect(told(await show(newer))).toEqual([403, 'ticket_over']);
  });

  test('whoever has no account or never proved the address gets the same answer, and another mail', async () => {
    await person(serving, 'bea');
    const shape = async (to: string): Promise<unknown> => {
      serving.clock.advance(1);
      const { status, json } = await visit(serving).ask('POST', path, { body: { email: to } });
      const [mail] = await mailsTo(serving, to);
      return [status, Object.keys(json).sort(), mail?.kind];
    };
    const members = ['expires_at', 'screen_code', 'ticket'];
    expect(await shape(email)).toEqual([202, members, 'sign-in']);
    expect(await shape('bea@example.com')).toEqual([202, members, 'no-account']);
    expect(await shape('nobody@example.com')).toEqual([202, members, 'no-account']);
    expect(told(await visit(serving).ask('POST', path, { body: { email: 'nobody' } }))).toEqual([
      400,
      'input_invalid',
    ]);
  });

  describe('of an account with a second factor', () => {
    let totp: Authenticator;
    beforeEach(async () => {
      totp = await addTotp(serving, ada);
    });

    test('asks for it, and takes it with the same code', async () => {
      const mail = await asked();
      expect(told(await show(mail))).toEqual([401, 'second_factor_required']);
      expect(told(await show({ ...mail, totp: totp.wrongCode() }))).toEqual([403, 'second_factor_refused']);
      const { status, json } = await show({ ...mail, totp: totp.code() });
      expect(status).toBe(201);
      expect(json['session']).toMatchObject({ amr: ['mail', 'otp', 'mfa'] });
      expect(told(await show({ ...mail, totp: totp.code(1) }))).toEqual([403, 'ticket_over']);
    });

    test('takes a recovery code, which is used up by the session alone', async () => {
      const [recovery_code = ''] = totp.recoveryCodes;
      const mail = await asked();
      const wrong = await show({ ...mail, code: wrongCode(mail.code), recovery_code });
      expect(told(wrong)).toEqual([403, 'mail_code_refused']);
      expect((await show({ ...mail, recovery_code })).status).toBe(201);
      expect(told(await show({ ...(await asked()), recovery_code }))).toEqual([403, 'second_factor_refused']);
    });

    test('a right code is no guess at the mailbox: asking for the second factor uses up no budget', async () => {
      for (let turn = 0; turn < 40; turn += 1)
        expect(told(await show(await asked()))).toEqual([401, 'second_factor_required']);
    });
  });

  test('a role that demands a factor lets nobody in without one', async () => {
    const root = await administrator(serving);
    await root.ask('PUT', '/api/v1/admin/roles/vault', {
      body: { permissions: [], requires: 'second-factor' },
    });
    await giveRoles(serving, ada.account, ['vault']);
    const mail = await asked();
    expect(told(await show(mail))).toEqual([403, 'factor_enrolment_required']);
  });

  test('a closed account is told until when, and kept by whoever says so', async () => {
    await ada.ask('DELETE', '/api/v1/account', { body: { password: goodPassword } });
    const mail = await asked();
    expect(told(await show(mail))).toEqual([403, 'account_closing']);
    const { status, json } = await show({ ...mail, keep_account: true });
    expect([status, await statusOf(serving, member(json, 'access_token'))]).toEqual([201, 200]);
  });
});

test.each([
  ['no mail can be sent', { production: 'yes' }],
  ['the operator wants none', { mailSignIn: 'off' }],
] as const)('where %s, nobody signs in by mail', async (_why, settings) => {
  const serving = await serveHandler({ lightHashing: true, settings });
  const { status, json } = await visit(serving).ask('POST', path, { body: { email } });
  expect([status, json['code']]).toEqual([404, 'mail_off']);
  await serving.close();
});
