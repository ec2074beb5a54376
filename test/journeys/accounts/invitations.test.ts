/** Invitations, by program. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAccount } from '../../../packages/server/src/domain/accounts/sign-up.ts';
import { type Serving, type ServingOptions, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, signIn, visit } from '../../kit/visitor.ts';
import { device, giveRoles, type Person } from '../cast.ts';
import { askAccount, linkIn } from '../mail/mail-cast.ts';

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

  describe('LNK-12: an invitation', () => {
    let here: Serving;
    beforeEach(async () => {
      here = await serving({ signUp: 'invitation' });
    });
    const accept = (link: string, more = {}): Promise<Answer> =>
      visit(here).ask('POST', '/api/v1/invitations/accept', {
        body: { link, password: goodPassword, ...more },
      });
    const admin = async (): Promise<Person> => {
      const email = 'root@example.com';
      const draft = { email, password: goodPassword, actor: 'operator', network: 'unknown' };
      const { id: account } = await createAccount(here.assembly.ports, draft);
      await giveRoles(here, account, ['admin']);
      return device(here, { account, email });
    };

    test('makes an account with its roles and a proven address, once', async () => {
      const root = await admin();
      const stranger = await askAccount(visit(here), 'eve@example.com');
      expect(codeOf(stranger)).toEqual([403, 'invitation_required']);
      const body = { email: 'Ada@example.com', roles: ['admin'] };
      const invited = await root.ask('POST', '/api/v1/admin/invitations', { body });
      expect(invited.status).toBe(201);
      expect(invited.text).not.toContain('dw_mt_');
      expect((await root.ask('GET', '/api/v1/admin/invitations')).json['invitations']).toEqual([
        invited.json,
      ]);
      const link = await linkIn(here, 'ada@example.com', 'invitation');
      const results = await Promise.all(Array.from({ length: 10 }, () => accept(link, { name: 'Ada' })));
      expect(results.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(results.filter(({ status }) => status === 403)).toHaveLength(9);
      const made = results.find(({ status }) => status === 201);
      expect(made?.json).toMatchObject({
        email: 'Ada@example.com',
        email_verified: true,
        name: 'Ada',
        roles: ['admin'],
      });
      await signIn(visit(here), 'ada@example.com');
    });

    test('is over after seven days, to the millisecond', async () => {
      const root = await admin();
      for (const name of ['ada', 'bea'])
        await root.ask('POST', '/api/v1/admin/invitations', { body: { email: `${name}@example.com` } });
      here.clock.advance(7 * 86_400_000 - 1);
      expect((await accept(await linkIn(here, 'ada@example.com', 'invitation'))).status).toBe(201);
      here.clock.advance(1);
      expect(codeOf(await accept(await linkIn(here, 'bea@example.com', 'invitation')))).toEqual([
        403,
        'ticket_over',
      ]);
    });

    test('that was withdrawn, replaced, forged or cut opens nothing', async () => {
      const root = await admin();
      const ask = (): Promise<Answer> => {
        here.clock.advance(1);
        return root.ask('POST', '/api/v1/admin/invitations', { body: { email: 'ada@example.com' } });
      };
      await ask();
      const replaced = await linkIn(here, 'ada@example.com', 'invitation');
      const { json } = await ask();
      const link = await linkIn(here, 'ada@example.com', 'invitation');
      const swapped = link.slice(0, -1) + (link.endsWith('A') ? 'B' : 'A');
      for (const wrong of [replaced, swapped, link.slice(0, -4), `${link}A`, 'dw_mt_none', ''])
        expect(codeOf(await accept(wrong))).toEqual([403, 'ticket_over']);
      expect((await root.ask('DELETE', `/api/v1/admin/invitations/${member(json, 'id')}`)).status).toBe(204);
      expect(codeOf(await accept(link))).toEqual([403, 'ticket_over']);
      expect((await root.ask('DELETE', `/api/v1/admin/invitations/${member(json, 'id')}`)).status).toBe(404);
    });

    test('whose role was deleted meanwhile opens nothing', async () => {
      const root = await admin();
      await root.ask('PUT', '/api/v1/admin/roles/reader', { body: { permissions: ['reports:read'] } });
      await root.ask('POST', '/api/v1/admin/invitations', {
        body: { email: 'ada@example.com', roles: ['reader'] },
      });
      await root.ask('DELETE', '/api/v1/admin/roles/reader');
      expect(codeOf(await accept(await linkIn(here, 'ada@example.com', 'invitation')))).toEqual([
        403,
        'ticket_over',
      ]);
    });

    test('gives nothing that whoever invites does not have', async () => {
      const root = await admin();
      await root.ask('PUT', '/api/v1/admin/roles/host', {
        body: { permissions: ['doorward:accounts:write'] },
      });
      await root.ask('POST', '/api/v1/admin/invitations', {
        body: { email: 'host@example.com', roles: ['host'] },
      });
      await accept(await linkIn(here, 'host@example.com', 'invitation'));
      const { access } = await signIn(visit(here), 'host@example.com', { carrier: 'opaque' });
      const body = { email: 'eve@example.com', roles: ['admin'] };
      const asked = await visit(here).ask('POST', '/api/v1/admin/invitations', { body, bearer: access });
      expect(codeOf(asked)).toEqual([403, 'privilege_exceeded']);
    });
  });
});
