/** Who else may use an account, at the account centre: devices, applications, keys, other services; and what happened. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorizeAt, decide, makeClient, waitingAt } from '../../kit/clients.ts';
import { type SmallProvider, signInWith } from '../../kit/outside.ts';
import { type Arrived, fillForm, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { otherPassword } from '../cast.ts';
import {
  formOf,
  inBrowser,
  isSignedIn,
  minutes,
  noticeOf,
  openAt,
  openCentre,
  ownerOf,
  refusedAt,
} from './cast.ts';

let people = 0;

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  let provider: SmallProvider;
  beforeAll(async () => {
    const place = await openCentre(serve);
    ({ serving, provider } = place);
    return () => place.close();
  });

  let visitor: Visitor;
  let email: string;
  let account: string;
  beforeEach(async () => {
    ({ visitor, email, account } = await ownerOf(serving, `owner-${(people += 1)}`));
  });
  const open = (path: string, by = visitor): Promise<Arrived> => openAt(by, path);

  describe('devices', () => {
    test('are listed, this one first; one is signed out, then all others', async () => {
      const others = [visit(serving), visit(serving), visit(serving)];
      for (const other of others) {
        serving.clock.advance(1000);
        await signIn(other, email);
      }
      const page = await open('/sessions');
      const ids = [...page.text.matchAll(/data-session="([^"]+)"/g)].map(([, id]) => id);
      expect(ids).toHaveLength(4);
      const { json } = await visitor.ask('GET', '/api/v1/session');
      expect(ids[0]).toBe((json['session'] as { id: string }).id);
      expect(page.text.match(/this device/g)).toHaveLength(1);
      const last = ids[1] ?? '';
      const sent = await visitor.ask('POST', '/account/sessions/end', formOf({ session: last }));
      expect(sent.headers.get('location')).toBe('/account/sessions');
      expect(noticeOf(await open('/sessions'))).toBe('The device is signed out.');
      expect(await isSignedIn(others[2] ?? visitor)).toBe(false);
      const done = await fillForm(visitor, await open('/sessions'), ['end-others', {}]);
      expect(noticeOf(done)).toBe('All other devices are signed out.');
      expect(done.text.match(/data-session/g)).toHaveLength(1);
      expect(await isSignedIn(visitor)).toBe(true);
    });

    test('SES-13: a device of somebody else stays signed in', async () => {
      const eve = visit(serving);
      await signUp(eve, `eve-${people}@example.com`);
      const { session } = await signIn(eve, `eve-${people}@example.com`);
      const answer = await inBrowser(visitor).ask('POST', '/account/sessions/end', formOf({ session }));
      expect([answer.status, await isSignedIn(eve)]).toEqual([404, true]);
      expect(answer.text).toContain('id="refusal"');
    });

    test.each(['', 'x', "' OR 1=1", '019D0000-0000-7000-8000-000000000000'])(
      'INP-02: %j is no device',
      async (session) => {
        const answer = await inBrowser(visitor).ask('POST', '/account/sessions/end', formOf({ session }));
        expect(answer.status).toBe(400);
      },
    );
  });

  describe('applications', () => {
    test('are listed with what they may do, and lose their access', async () => {
      const client = await makeClient(serving, { name: 'Wiki', firstParty: false });
      const authorization = waitingAt(await authorizeAt(visitor, client, { scope: 'openid email' }));
      await decide(visitor, { authorization, account, decision: 'allow' });
      const page = await open('/applications');
      for (const text of ['Wiki', 'know who you are', 'see your e-mail address'])
        expect(page.text).toContain(text);
      await visitor.ask('POST', '/account/applications/withdraw', formOf({ client: client.id }));
      const after = await open('/applications');
      expect(noticeOf(after)).toBe('The application has lost its access.');
      expect(after.text).toContain('You have allowed no application anything.');
      const again = await inBrowser(visitor).ask(
        'POST',
        '/account/applications/withdraw',
        formOf({ client: client.id }),
      );
      expect(again.status).toBe(404);
    });
  });

  describe('API keys', () => {
    test('are made, shown once, and ended', async () => {
      const fields = { name: 'Backup', scope: 'account:read reports:read', days: '7' };
      const made = await sendForm(inBrowser(visitor), await open('/api-keys'), ['make-key', fields]);
      const key = textOf(made, 'key');
      expect([made.status, key]).toEqual([200, expect.stringMatching(/^dw_ak_/)]);
      expect(made.headers.get('cache-control')).toBe('no-store');
      const bearer = { bearer: key };
      const program = visit(serving, { program: true });
      expect((await program.ask('GET', '/api/v1/account', bearer)).status).toBe(200);
      const page = await open('/api-keys');
      expect(page.text).toContain('Backup');
      expect(page.text).not.toContain(key);
      const [, id = ''] = /data-key="([^"]+)"/.exec(page.text) ?? [];
      await visitor.ask('POST', '/account/api-keys/end', formOf({ key: id }));
      expect(noticeOf(await open('/api-keys'))).toBe('The key is refused from now on.');
      expect((await program.ask('GET', '/api/v1/account', bearer)).status).toBe(401);
    });

    test.each([
      [{ name: '', scope: 'account:read', days: '7' }, 'name'],
      [{ name: ' \u3164', scope: 'account:read', days: '7' }, 'name'],
      [{ name: 'x', scope: '', days: '7' }, 'scope'],
      [{ name: 'x', scope: 'Not A Scope!', days: '7' }, 'scope'],
      [{ name: 'x', scope: 'account:read', days: '0' }, 'days'],
      [{ name: 'x', scope: 'account:read', days: '731' }, 'days'],
      [{ name: 'x', scope: 'account:read', days: '1e3' }, 'days'],
      [{ name: 'x', scope: 'account:read', days: '' }, 'days'],
    ])('%j is refused at the field', async (fields, at) => {
      const told = await refusedAt(visitor, { path: '/api-keys', id: 'make-key', fields, at });
      expect(told).toEqual([400, expect.stringMatching(/\S/)]);
      expect((await open('/api-keys')).text).toContain('You have no keys.');
    });
  });

  describe('linked sign-ins', () => {
    test('an account of another service gets a password here, and then loses that sign-in', async () => {
      const guest = visit(serving);
      provider.behaviour.claims = { sub: `guest-${people}` };
      await signInWith(guest, 'outside', provider);
      const page = await open('/identities', guest);
      const [, identity = ''] = /data-identity="([^"]+)"/.exec(page.text) ?? [];
      const unlink = () => inBrowser(guest).ask('POST', '/account/identities/unlink', formOf({ identity }));
      expect((await unlink()).status).toBe(409);
      const password = await open('/password', guest);
      expect(password.text).toContain('Set a password');
      const set = await fillForm(guest, password, ['password-form', { new_password: otherPassword }]);
      expect(noticeOf(set)).toBe('The account has a password now.');
      expect((await unlink()).headers.get('location')).toBe('/account/identities');
      expect(noticeOf(await open('/identities', guest))).toBe('The sign-in is not linked any more.');
    });

    test('a first password is refused where there is one, and when the sign-in is old', async () => {
      const first = (by: Visitor) =>
        inBrowser(by).ask('POST', '/account/password/first', formOf({ new_password: otherPassword }));
      expect((await first(visitor)).status).toBe(409);
      const guest = visit(serving);
      provider.behaviour.claims = { sub: `late-${people}` };
      await signInWith(guest, 'outside', provider);
      serving.clock.advance(minutes(6));
      expect((await first(guest)).headers.get('location')).toBe('/account/proof?next=%2Faccount%2Fpassword');
      expect((await open('/password', guest)).text).toContain('id="prove-again"');
    });

    test('are linked by the button, which leads back with a notice', async () => {
      provider.behaviour.claims = { sub: `linked-${people}` };
      const page = await open('/identities');
      const sent = await sendForm(visitor, page, ['link-outside', {}]);
      const back = provider.consent(sent.headers.get('location') ?? '');
      const arrived = await openPage(visitor, `/sign-in/from/outside?${back.toString()}`);
      expect([arrived.path, noticeOf(arrived)]).toEqual(['/account/identities', 'The sign-in is linked.']);
    });
  });

  describe('what happened', () => {
    test('is told in plain words, the latest first, page by page', async () => {
      for (let time = 0; time < 35; time += 1)
        await visitor.ask('PATCH', '/api/v1/account', { body: { name: `Name ${time}` } });
      const page = await open('/events');
      const sentences = [...page.text.matchAll(/<p class="name">([^<]*)/g)].map(([, sentence]) => sentence);
      expect(sentences).toHaveLength(30);
      expect(sentences[0]).toBe('Name, address or username was changed.');
      const [, older = ''] = /id="older" href="([^"]+)"/.exec(page.text) ?? [];
      const last = await openPage(visitor, older);
      expect(last.text).toContain('The account was made.');
      expect(last.text).not.toContain('id="older"');
    });

    test('SES-13: of somebody else is not told', async () => {
      const eve = visit(serving);
      await signUp(eve, `eve-${people}@example.com`);
      await signIn(eve, `eve-${people}@example.com`);
      const { text } = await open('/events', eve);
      expect(text.match(/data-type=/g)).toHaveLength(2);
    });
  });
});
