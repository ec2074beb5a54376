/** Passkeys at the account centre, by its forms; what its script does an authenticator of the kit does. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Credential, create, type Mood, type Options } from '../../kit/authenticator.ts';
import { type Arrived, fillForm, formOn, textOf } from '../../kit/page-forms.ts';
import { addPasskey, proveBy, signInBy } from '../../kit/passkeys.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';
import {
  type CentrePlace,
  formOf,
  inBrowser,
  minutes,
  noticeOf,
  openAt,
  openCentre,
  ownerOf,
} from './cast.ts';

const noId = '019d0000-0000-7000-8000-000000000000';
let people = 0;

describe.each(servings)('over %s', (_way, serve) => {
  let place: CentrePlace;
  let serving: Serving;
  let visitor: Visitor;
  beforeAll(async () => {
    place = await openCentre(serve);
    ({ serving } = place);
  });
  afterAll(() => place.close());
  beforeEach(async () => {
    ({ visitor } = await ownerOf(serving, `passkey-${(people += 1)}`));
  });

  const open = (by = visitor): Promise<Arrived> => openAt(by, '/passkeys');
  const post = (path: string, fields: Readonly<Record<string, string>>, by = visitor): Promise<Answer> =>
    inBrowser(by).ask('POST', `/account/passkeys${path}`, formOf(fields));
  const rowOn = ({ text }: Answer): string => /data-passkey-row="([^"]+)"/.exec(text)?.[1] ?? '';
  const plain = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
  const dataOn = ({ text }: Answer, name: string): string =>
    plain(new RegExp(`data-${name}="([^"]*)"`).exec(text)?.[1] ?? '');

  /** Answers the form of a page as its script does. */
  async function make(
    page: Arrived,
    { mood = {}, name = 'Laptop', by = visitor }: { mood?: Mood; name?: string; by?: Visitor } = {},
  ): Promise<{ answer: Answer; credential: Credential }> {
    const { hidden } = formOn(page, 'add-passkey');
    const made = create(serving.origin, JSON.parse(dataOn(page, 'passkey')) as Options, mood);
    const answer = await post('', { ...hidden, name, passkey_answer: JSON.stringify(made.answer) }, by);
    return { answer, credential: made.credential };
  }
  const addProven = async (): Promise<Credential> => {
    const credential = await addPasskey(serving, visitor);
    expect((await proveBy(serving, visitor, { credential })).status).toBe(200);
    return credential;
  };

  test('the first one brings recovery codes, stands in the list and signs in', async () => {
    const empty = await open();
    expect(textOf(empty, 'none')).toBe('There is no passkey yet.');
    const { answer, credential } = await make(empty, { name: 'Ada’s laptop' });
    expect(answer.status).toBe(200);
    expect(noticeOf(answer)).toBe('The passkey is added. You can sign in by it.');
    expect([...answer.text.matchAll(/<li><code>/g)]).toHaveLength(10);
    const page = await open();
    expect(textOf(page, `of-${rowOn(page)}`)).toBe('Ada’s laptop');
    expect(page.text).toContain('Not used yet.');
    expect(page.text).not.toContain(credential.id);
    expect((await signInBy(serving, visit(serving), { credential })).status).toBe(201);
    expect((await open()).text).toContain('Last used');
  });

  test('another one leads back to the list with a notice', async () => {
    await addProven();
    const { answer } = await make(await open(), { name: 'Key' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/passkeys']);
    const page = await open();
    expect(noticeOf(page)).toBe('The passkey is added. You can sign in by it.');
    expect([...page.text.matchAll(/data-passkey-row=/g)]).toHaveLength(2);
  });

  test('MFA-06: a ceremony adds one passkey, in its own session alone', async () => {
    const page = await open();
    const other = (await ownerOf(serving, `passkey-${(people += 1)}`)).visitor;
    expect((await make(page, { by: other })).answer.status).toBe(403);
    expect((await make(page)).answer.status).toBe(200);
    expect(textOf(await open(other), 'none')).toMatch(/\S/);
  });

  test('without verification of the person, and from another place, nothing is added', async () => {
    for (const mood of [{ userVerified: false }, { origin: 'https://evil.example' }]) {
      const { answer } = await make(await open(), { mood });
      expect([answer.status, textOf(answer, 'refusal')]).toEqual([403, expect.stringMatching(/\S/)]);
    }
    expect(textOf(await open(), 'none')).toMatch(/\S/);
  });

  test('what is no answer of an authenticator is refused, and the page can be used again', async () => {
    const { hidden } = formOn(await open(), 'add-passkey');
    for (const passkey of ['', 'x', '{}', '[]', 'null', '{"id":"a","id":"b"}']) {
      const answer = await post('', { ...hidden, name: 'Laptop', passkey_answer: passkey });
      expect([passkey, answer.status]).toEqual([passkey, 403]);
      expect(formOn(answer, 'add-passkey').hidden['ceremony']).not.toBe(hidden['ceremony']);
      expect(answer.text).toContain('value="Laptop"');
    }
    expect((await post('', { ...hidden, name: 'x', passkey_answer: '{}', more: '1' })).status).toBe(400);
    expect((await post('', { name: 'x' })).status).toBe(400);
    expect((await post('', { ...hidden, name: 'x', passkey_answer: 'x'.repeat(14_001) })).status).toBe(400);
  });

  test.each(['', ' ', 'x'.repeat(101), 'a\nb'])('%j is no name: it is told at the field', async (name) => {
    const { answer } = await make(await open(), { name });
    expect([answer.status, textOf(answer, 'name-fault')]).toEqual([400, expect.stringMatching(/\S/)]);
    await addPasskey(serving, visitor);
    const id = rowOn(await open());
    const renamed = await post('/rename', { factor: id, name });
    expect([renamed.status, textOf(renamed, `name-${id}-fault`)]).toEqual([400, expect.stringMatching(/\S/)]);
    expect(textOf(await open(), `of-${id}`)).toBe('Laptop');
  });

  test('one is renamed; one of somebody else is not there', async () => {
    await addPasskey(serving, visitor);
    const page = await open();
    const done = await fillForm(visitor, page, [`rename-${rowOn(page)}`, { name: '<b>Phone</b>' }]);
    expect(noticeOf(done)).toBe('The passkey has its new name.');
    expect(done.text).toContain('&lt;b&gt;Phone&lt;/b&gt;');
    const other = (await ownerOf(serving, `passkey-${(people += 1)}`)).visitor;
    for (const factor of [rowOn(page), noId]) {
      expect((await post('/rename', { factor, name: 'Mine' }, other)).status).toBe(404);
      expect((await post('/remove', { factor }, other)).status).toBe(404);
    }
    expect((await post('/remove', { factor: 'x' })).status).toBe(400);
    expect(rowOn(await open())).toBe(rowOn(page));
  });

  test('MFA-08: removal asks for a proof as strong as the account, and the browser hears what is left', async () => {
    const credential = await addPasskey(serving, visitor);
    const weak = await open();
    expect(weak.text).toContain('id="prove-again"');
    const refused = await post('/remove', { factor: rowOn(weak) });
    expect(refused.headers.get('location')).toBe('/account/proof?next=%2Faccount%2Fpasskeys');
    await proveBy(serving, visitor, { credential });
    const page = await open();
    const done = await fillForm(visitor, page, [`remove-${rowOn(page)}`, {}]);
    expect(noticeOf(done)).toBe('The passkey is removed.');
    expect(JSON.parse(dataOn(done, 'accepted'))).toEqual({
      rpId: new URL(serving.origin).hostname,
      userId: credential.userHandle,
      allAcceptedCredentialIds: [],
    });
    expect(dataOn(await open(), 'accepted')).toBe('');
    expect((await signInBy(serving, visit(serving), { credential })).status).toBe(403);
  });

  test('an old sign-in adds and removes nothing', async () => {
    await addProven();
    const page = await open();
    serving.clock.advance(minutes(6));
    const { answer } = await make(page);
    expect([answer.status, answer.text.includes('id="prove-again"')]).toEqual([403, true]);
    const removal = await post('/remove', { factor: rowOn(page) });
    expect(removal.headers.get('location')).toBe('/account/proof?next=%2Faccount%2Fpasskeys');
    const after = await open();
    expect(after.text).not.toMatch(/id="(add-passkey|remove-)/);
    expect([...after.text.matchAll(/data-passkey-row=/g)]).toHaveLength(1);
    expect((await visit(serving).ask('GET', '/account/passkeys')).status).toBe(401);
  });

  test('the data that people take along names their factors and holds no key', async () => {
    const credential = await addProven();
    const answer = await visitor.ask('GET', '/api/v1/account/data');
    expect(answer.json['passkeys']).toEqual([expect.objectContaining({ name: 'Laptop' })]);
    expect([answer.json['totp'], answer.json['recovery_codes_left']]).toEqual([null, 10]);
    expect(answer.json['remembered_browsers']).toEqual([]);
    expect(answer.text).not.toContain(credential.id);
    expect(answer.text).not.toMatch(/public_?key|digest|secret"/i);
  });
});
