/** The account centre by plain HTML forms: every form does what it says, says what it did, and takes nothing that is wrong. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type SmallProvider, signInWith } from '../../kit/outside.ts';
import { type Arrived, fillForm, formOn, openPage, sendForm, textOf } from '../../kit/page-forms.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { apiKey, otherPassword } from '../cast.ts';
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
    ({ visitor, email, account } = await ownerOf(serving, `person-${(people += 1)}`));
  });
  const open = (path: string, by = visitor): Promise<Arrived> => openAt(by, path);

  describe('the way in', () => {
    test('whoever is not signed in signs in first, and comes back to the page', async () => {
      const stranger = visit(serving);
      const page = await open('/events', stranger);
      expect(page.path).toBe('/sign-in?next=%2Faccount%2Fevents');
      const fields = { identifier: email, password: goodPassword };
      const arrived = await fillForm(stranger, page, ['sign-in', fields]);
      expect([arrived.status, arrived.path]).toEqual([200, '/account/events']);
    });

    test('the root leads to the account, or to the sign-in page', async () => {
      expect((await openPage(visitor, '/')).path).toBe('/account');
      expect((await openPage(visit(serving), '/')).path).toBe('/sign-in?next=%2Faccount');
    });

    test('SES-19: a cookie that is worthless is cleared on the way to the sign-in page', async () => {
      const stale = visit(serving);
      stale.cookies.set('doorward_session', 'dw_se_worthless');
      const answer = await inBrowser(stale).ask('GET', '/account');
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?next=%2Faccount']);
      expect(stale.cookies.size).toBe(0);
    });

    test('a form that is sent by nobody leads back to its page, and does nothing', async () => {
      const page = await open('/names');
      const answer = await sendForm(inBrowser(visit(serving)), page, [
        'names',
        { name: 'Eve of another site', username: '' },
      ]);
      expect(answer.headers.get('location')).toBe('/sign-in?next=%2Faccount%2Fnames');
      expect((await open('')).text).not.toContain('Eve of another site');
    });

    test('a program is told in JSON', async () => {
      const answer = await visit(serving, { program: true }).ask('GET', '/account');
      expect([answer.status, answer.json['code']]).toEqual([401, 'credentials_missing']);
    });

    test('PWD-13: an API key opens no page', async () => {
      const { text } = await apiKey(visitor, ['account:read']);
      const answer = await visit(serving, { program: true }).ask('GET', '/account', { bearer: text });
      expect([answer.status, answer.json['code']]).toEqual([403, 'carrier_refused']);
    });
  });

  describe('name, username and address', () => {
    test('are changed, and a notice says so once', async () => {
      const page = await fillForm(visitor, await open('/names'), [
        'names',
        { name: 'Ada Lovelace', username: `ada-${people}` },
      ]);
      expect([page.path, noticeOf(page)]).toEqual(['/account/names', 'Saved.']);
      expect(noticeOf(await open('/names'))).toBe('');
      const overview = await open('');
      for (const text of ['Ada Lovelace', `ada-${people}`, email]) expect(overview.text).toContain(text);
    });

    test.each(['   ', '\u3164'])('a name of which nothing can be seen is none: %j', async (name) => {
      const page = await fillForm(visitor, await open('/names'), ['names', { name, username: '' }]);
      expect((await visitor.ask('GET', '/api/v1/account')).json['name']).toBe('');
      expect(page.text).toContain(`<bdi>${email}</bdi>`);
    });

    test('a username goes when its field is emptied', async () => {
      await fillForm(visitor, await open('/names'), ['names', { name: '', username: `gone-${people}` }]);
      await fillForm(visitor, await open('/names'), ['names', { name: '', username: '' }]);
      const { json } = await visitor.ask('GET', '/api/v1/account');
      expect(json['username']).toBeNull();
    });

    test.each([
      [
        'a username with a space',
        { name: '', username: 'a b' },
        'username',
        'A username has 1 to 64 letters',
      ],
      ['a name with a line end', { name: 'a\nb', username: '' }, 'name', 'This must be visible text'],
      ['a name without end', { name: 'x'.repeat(101), username: '' }, 'name', 'This must be visible text'],
    ])('%s is refused at its field', async (...[, fields, at, sentence]) => {
      const [status, fault] = await refusedAt(visitor, { path: '/names', id: 'names', fields, at });
      expect([status, fault]).toEqual([400, expect.stringContaining(sentence)]);
    });

    test('a username of somebody else is refused at its field, and what was entered stays', async () => {
      const username = `taken-${people}`;
      await fillForm(visitor, await open('/names'), ['names', { name: '', username }]);
      const eve = visit(serving);
      await signUp(eve, `eve-${people}@example.com`);
      await signIn(eve, `eve-${people}@example.com`);
      const answer = await sendForm(inBrowser(eve), await open('/names', eve), [
        'names',
        { name: 'Eve', username },
      ]);
      expect([answer.status, textOf(answer, 'username-fault')]).toEqual([
        409,
        expect.stringContaining('exists'),
      ]);
      expect(answer.text).toContain('value="Eve"');
    });

    test('the address changes while the sign-in is fresh, and asks for a new one later', async () => {
      const page = await open('/names');
      serving.clock.advance(minutes(6));
      const late = await sendForm(inBrowser(visitor), page, [
        'email-form',
        { email: `new-${people}@example.com` },
      ]);
      expect(late.headers.get('location')).toBe('/account/proof?next=%2Faccount%2Fnames');
      expect((await open('/names')).text).toContain('id="prove-again"');
      const again = await openPage(visitor, late.headers.get('location') ?? '');
      const back = await fillForm(visitor, again, ['prove', { password: goodPassword }]);
      const done = await fillForm(visitor, back, ['email-form', { email: `new-${people}@example.com` }]);
      expect(noticeOf(done)).toBe('Saved.');
      expect(textOf(done, 'email-now')).toBe(`new-${people}@example.com`);
    });

    test('an address that is none is refused at its field, and the last name stays', async () => {
      const form = { path: '/names', id: 'email-form', at: 'email' };
      expect(await refusedAt(visitor, { ...form, fields: { email: 'nobody' } })).toEqual([
        400,
        'This is not an e-mail address of the form name@example.com.',
      ]);
      const [status, fault] = await refusedAt(visitor, { ...form, fields: { email: '' } });
      expect([status, fault]).toEqual([400, 'An e-mail address or a username must remain.']);
    });
  });

  describe('the password', () => {
    test('PWD-04: is changed by the current one: this browser goes on, all others are signed out', async () => {
      const other = visit(serving);
      await signIn(other, email);
      const before = visitor.cookies.get('doorward_session');
      const fields = { current_password: goodPassword, new_password: otherPassword };
      const page = await fillForm(visitor, await open('/password'), ['password-form', fields]);
      expect(noticeOf(page)).toContain('The password is changed.');
      expect(visitor.cookies.get('doorward_session')).not.toBe(before);
      expect([await isSignedIn(visitor), await isSignedIn(other)]).toEqual([true, false]);
      await signIn(visit(serving), email, { password: otherPassword });
    });

    test.each([
      ['a wrong current one', 'not the password', otherPassword, 403, 'current_password'],
      ['no current one', '', otherPassword, 400, 'current_password'],
      ['a common new one', goodPassword, 'password1234', 400, 'new_password'],
      ['a short new one', goodPassword, 'w4x', 400, 'new_password'],
      ['no new one', goodPassword, '', 400, 'new_password'],
    ])('with %s is refused at the field, and never drawn again', async (...[, current, next, status, at]) => {
      const fields = { current_password: current, new_password: next };
      const answer = await sendForm(inBrowser(visitor), await open('/password'), ['password-form', fields]);
      expect([answer.status, textOf(answer, `${at}-fault`)]).toEqual([status, expect.stringMatching(/\S/)]);
      for (const secret of [current, next]) if (secret !== '') expect(answer.text).not.toContain(secret);
    });

    test('PWD-01: guesses at the current one are counted', async () => {
      const page = await open('/password');
      const guess = { current_password: 'not the password', new_password: otherPassword };
      let status = 0;
      for (let time = 0; time < 40 && status !== 429; time += 1)
        ({ status } = await sendForm(inBrowser(visitor), page, ['password-form', guess]));
      expect(status).toBe(429);
      serving.clock.advance(minutes(1440));
    });
  });

  describe('your data', () => {
    test('are a file without secrets', async () => {
      const { text: key } = await apiKey(visitor, ['account:read']);
      const answer = await sendForm(visitor, await open('/data'), ['download-form', {}]);
      expect(answer.headers.get('content-disposition')).toBe('attachment; filename="account.json"');
      expect(answer.json).toMatchObject({
        account: { id: account, email },
        api_keys: [{ scopes: ['account:read'] }],
        events: expect.arrayContaining([expect.objectContaining({ type: 'account.created' })]),
      });
      const secrets = [key, visitor.cookies.get('doorward_session') ?? 'no session', 'argon2', 'digest'];
      for (const secret of secrets) expect(answer.text).not.toContain(secret);
      expect((await visitor.ask('GET', '/api/v1/account/data')).json).toEqual(answer.json);
    });

    test('are only given to whoever proved lately who they are', async () => {
      serving.clock.advance(minutes(6));
      const answer = await inBrowser(visitor).ask('POST', '/account/data/download', formOf({}));
      expect(answer.headers.get('location')).toBe('/account/proof?next=%2Faccount%2Fdata');
      expect((await visitor.ask('GET', '/api/v1/account/data')).json['code']).toBe('proof_too_old');
    });
  });

  describe('leaving', () => {
    test('SES-07: deletes the account, for whoever shows the password and means it', async () => {
      const wrong = { password: 'not the password', understood: 'yes' };
      const form = { path: '/data', id: 'deletion-form', at: 'password' };
      expect(await refusedAt(visitor, { ...form, fields: wrong })).toEqual([
        403,
        'The current password is wrong.',
      ]);
      const unsure = await sendForm(inBrowser(visitor), await open('/data'), [
        'deletion-form',
        { password: goodPassword },
      ]);
      expect(unsure.status).toBe(400);
      const page = await sendForm(inBrowser(visitor), await open('/data'), [
        'deletion-form',
        { password: goodPassword, understood: 'yes' },
      ]);
      expect([page.status, visitor.cookies.size]).toEqual([200, 0]);
      expect(page.text).toContain('The account is deleted');
      expect(await serving.assembly.ports.store.read.accounts.find(account)).toBeUndefined();
    });

    test('takes no password where the account has none', async () => {
      const guest = visit(serving);
      provider.behaviour.claims = { sub: `leaving-${people}` };
      await signInWith(guest, 'outside', provider);
      const page = await open('/data', guest);
      expect(page.text).not.toContain('name="password"');
      expect(formOn(page, 'deletion-form').action).toBe('/account/deletion');
      const gone = await sendForm(inBrowser(guest), page, ['deletion-form', { understood: 'yes' }]);
      expect([gone.status, await isSignedIn(guest)]).toEqual([200, false]);
    });
  });

  test('every page speaks every language', async () => {
    for (const language of ['de', 'ar'])
      for (const path of pages) {
        const { text, headers } = await inBrowser(visitor).ask('GET', path, {
          headers: { 'accept-language': language },
        });
        expect([path, headers.get('content-language')]).toEqual([path, language]);
        expect(text).not.toMatch(/>(?:Your account|Devices|Password|Save|Sign out)</);
      }
  });
});

const places = [
  'names',
  'password',
  'factors',
  'sessions',
  'applications',
  'identities',
  'api-keys',
  'events',
  'data',
];
const pages = ['/account', ...places.map((place) => `/account/${place}`)];
