/** Another address and a new password, by the proof of a mailbox, by program. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mailsTo, mailTo } from '../../kit/mails.ts';
import { type Serving, type ServingOptions, servings } from '../../kit/serving.ts';
import { type Answer, member, signIn, visit } from '../../kit/visitor.ts';
import { administrator, otherPassword, type Person, person, refreshBy, statusOf, why } from '../cast.ts';
import { codeIn, linkIn, proveAddress } from './mail-cast.ts';

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

  describe('a new password', () => {
    test('is chosen by the code of the mail: every session ends, nobody is signed in, and the mailbox is told', async () => {
      const here = await serving();
      const ada = await person(here, 'ada', { carrier: 'jwt' });
      await proveAddress(here, ada, 'ada@example.com');
      const asked = await visit(here).ask('POST', '/api/v1/password-resets', {
        body: { email: 'ADA@example.com' },
      });
      expect(asked.status).toBe(202);
      const body = {
        ticket: member(asked.json, 'ticket'),
        code: await codeIn(here, 'ada@example.com', 'password-reset'),
        new_password: otherPassword,
      };
      here.clock.advance(1);
      const browser = visit(here);
      const reset = await browser.ask('POST', '/api/v1/password-resets/confirm', { body });
      expect([reset.status, browser.cookies.size]).toEqual([204, 0]);
      expect((await refreshBy(here, ada.refresh)).status).toBe(401);
      await expect(signIn(visit(here), 'ada@example.com')).rejects.toThrow('401');
      await signIn(visit(here), 'ada@example.com', { password: otherPassword });
      expect((await mailsTo(here, 'ada@example.com'))[0]?.kind).toBe('password-changed');
    });

    test('that the policy refuses costs no guess, and the code still works', async () => {
      const here = await serving();
      const ada = await person(here, 'ada');
      await proveAddress(here, ada, 'ada@example.com');
      const asked = await visit(here).ask('POST', '/api/v1/password-resets', {
        body: { email: 'ada@example.com' },
      });
      const ticket = member(asked.json, 'ticket');
      const code = await codeIn(here, 'ada@example.com', 'password-reset');
      const choose = (new_password: string): Promise<Answer> =>
        visit(here).ask('POST', '/api/v1/password-resets/confirm', { body: { ticket, code, new_password } });
      for (let turn = 0; turn < 8; turn += 1)
        expect(codeOf(await choose('password1234'))).toEqual([400, 'password_common']);
      expect((await choose(otherPassword)).status).toBe(204);
    });

    test('is had by no mailbox that was never proven, and by none of a disabled account', async () => {
      const here = await serving();
      const admin = await administrator(here);
      const ada = await person(here, 'ada');
      const ask = (): Promise<Answer> => {
        here.clock.advance(1);
        return visit(here).ask('POST', '/api/v1/password-resets', { body: { email: 'ada@example.com' } });
      };
      expect((await ask()).status).toBe(202);
      expect((await mailsTo(here, 'ada@example.com'))[0]?.kind).toBe('no-account');
      await proveAddress(here, ada, 'ada@example.com');
      await ask();
      expect((await mailsTo(here, 'ada@example.com'))[0]?.kind).toBe('password-reset');
      await admin.ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, { body: { status: 'disabled' } });
      await ask();
      expect((await mailsTo(here, 'ada@example.com'))[0]?.kind).toBe('no-account');
    });
  });

  describe('another address', () => {
    let here: Serving;
    beforeEach(async () => {
      here = await serving();
    });
    const change = async (ada: Person, email: string): Promise<Answer> => {
      const asked = await ada.ask('POST', '/api/v1/account/email', { body: { email } });
      const ticket = member(asked.json, 'ticket');
      const code = await codeIn(here, email, 'email-change');
      return ada.ask('POST', '/api/v1/account/email/confirm', { body: { ticket, code } });
    };

    test('PWD-06: takes effect with the proof of its mailbox, from a session of the account alone', async () => {
      const ada = await person(here, 'ada');
      const eve = await person(here, 'eve');
      const patched = await ada.ask('PATCH', '/api/v1/account', { body: { email: 'countess@example.com' } });
      expect(codeOf(patched)).toEqual([409, 'mailbox_unproven']);
      const asked = await ada.ask('POST', '/api/v1/account/email', {
        body: { email: 'countess@example.com' },
      });
      const ticket = member(asked.json, 'ticket');
      const code = await codeIn(here, 'countess@example.com', 'email-change');
      const shown = { body: { ticket, code } };
      expect(codeOf(await eve.ask('POST', '/api/v1/account/email/confirm', shown))).toEqual([
        403,
        'ticket_over',
      ]);
      expect((await ada.ask('GET', '/api/v1/account')).json['email']).toBe('ada@example.com');
      const taken = await ada.ask('POST', '/api/v1/account/email/confirm', shown);
      expect(taken.json).toMatchObject({ email: 'countess@example.com', email_verified: true });
    });

    test('PWD-06: needs a proof of lately, and so does taking the address away', async () => {
      const ada = await person(here, 'ada', { carrier: 'cookie' });
      here.clock.advance(301_000);
      const asked = await ada.ask('POST', '/api/v1/account/email', {
        body: { email: 'countess@example.com' },
      });
      expect(codeOf(asked)).toEqual([403, 'proof_too_old']);
      const gone = await ada.ask('PATCH', '/api/v1/account', { body: { email: null, username: 'ada' } });
      expect(codeOf(gone)).toEqual([403, 'proof_too_old']);
    });

    test('PWD-06: of somebody else is answered as a free one, and opens nothing', async () => {
      const ada = await person(here, 'ada');
      const bea = await person(here, 'bea');
      await proveAddress(here, bea, 'bea@example.com');
      here.clock.advance(1);
      const free = await ada.ask('POST', '/api/v1/account/email', { body: { email: 'free@example.com' } });
      const taken = await ada.ask('POST', '/api/v1/account/email', { body: { email: 'bea@example.com' } });
      expect([taken.status, Object.keys(taken.json)]).toEqual([free.status, Object.keys(free.json)]);
      expect((await mailsTo(here, 'bea@example.com'))[0]?.kind).toBe('account-exists');
    });

    test('PWD-06: is told to the old one, which takes it back within seven days, with a new password', async () => {
      const ada = await person(here, 'ada');
      await proveAddress(here, ada, 'ada@example.com');
      await change(ada, 'thief@example.com');
      const told = await mailTo(here, 'ada@example.com', 'email-changed');
      expect(told.values).toMatchObject({
        email: 'thief@example.com',
        expiresAt: here.clock.now() + 7 * 86_400_000,
      });
      here.clock.advance(7 * 86_400_000 - 1);
      const body = {
        link: await linkIn(here, 'ada@example.com', 'email-changed'),
        new_password: otherPassword,
      };
      const undone = await visit(here).ask('POST', '/api/v1/account/email/undo', { body });
      expect(undone.status).toBe(204);
      expect(await statusOf(here, ada.access)).toBe(401);
      await expect(signIn(visit(here), 'thief@example.com')).rejects.toThrow('401');
      await expect(signIn(visit(here), 'ada@example.com')).rejects.toThrow('401');
      await signIn(visit(here), 'ada@example.com', { password: otherPassword });
      expect(codeOf(await visit(here).ask('POST', '/api/v1/account/email/undo', { body }))).toEqual([
        403,
        'ticket_over',
      ]);
    });

    test('PWD-06: cannot be taken back a moment after the seven days', async () => {
      const ada = await person(here, 'ada');
      await proveAddress(here, ada, 'ada@example.com');
      await change(ada, 'new@example.com');
      const body = {
        link: await linkIn(here, 'ada@example.com', 'email-changed'),
        new_password: otherPassword,
      };
      here.clock.advance(7 * 86_400_000);
      const late = await visit(here).ask('POST', '/api/v1/account/email/undo', { body });
      expect(codeOf(late)).toEqual([403, 'ticket_over']);
      expect(why(here, late).detail).toMatchObject({ check: 'expired' });
    });

    test('PWD-06: a thief who changed it again cannot take the owner’s return back', async () => {
      const ada = await person(here, 'ada');
      await proveAddress(here, ada, 'ada@example.com');
      await change(ada, 'thief@example.com');
      here.clock.advance(1000);
      await change(ada, 'second@example.com');
      const thiefs = await linkIn(here, 'thief@example.com', 'email-changed');
      const owners = await linkIn(here, 'ada@example.com', 'email-changed');
      const undo = (link: string): Promise<Answer> =>
        visit(here).ask('POST', '/api/v1/account/email/undo', {
          body: { link, new_password: otherPassword },
        });
      expect((await undo(owners)).status).toBe(204);
      expect(codeOf(await undo(thiefs))).toEqual([403, 'ticket_over']);
      await signIn(visit(here), 'ada@example.com', { password: otherPassword });
    });
  });
});
