/** Who waits in front of a mailbox, and who asks whether somebody has an account, gets nothing. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { apiKey, otherPassword, person } from '../../journeys/cast.ts';
import { askAccount, codeIn, linkIn, proveAddress, signUpByMail } from '../../journeys/mail/mail-cast.ts';
import { form } from '../../kit/clients.ts';
import { mailsTo } from '../../kit/mails.ts';
import { fillForm, openPage } from '../../kit/page-forms.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const eve = 'eve@example.com';
const open: Serving[] = [];
const serve = async (settings: ServingOptions['settings'] = {}): Promise<Serving> => {
  const made = await serveHandler({ lightHashing: true, settings: { signUpAttempts: 10_000, ...settings } });
  open.push(made);
  return made;
};
afterEach(async () => {
  for (const made of open.splice(0)) await made.close();
});

/** Asks for a new password; the ticket and what the mail carries. */
async function askReset(
  serving: Serving,
  email: string,
): Promise<{ ticket: string; code: string; link: string }> {
  serving.clock.advance(1);
  const { json } = await visit(serving).ask('POST', '/api/v1/password-resets', { body: { email } });
  return {
    ticket: member(json, 'ticket'),
    code: await codeIn(serving, email, 'password-reset'),
    link: await linkIn(serving, email, 'password-reset'),
  };
}

describe('LNK-01: who waited in front of a mailbox', () => {
  test('has nothing of it once its owner signs up: no address, no mails, no way in', async () => {
    const serving = await serve();
    const early = await person(serving, 'victim');
    await apiKey(early, ['account:read']);
    const { ticket } = await askReset(serving, 'victim@example.com').catch(() => ({ ticket: '' }));
    expect(ticket).toBe('');
    const verified = await serveHandler({
      lightHashing: true,
      settings: { signUp: 'verified' },
      dataFolder: serving.dataFolder,
      clock: serving.clock,
    });
    serving.clock.advance(1);
    const owner = await signUpByMail(verified, 'victim@example.com');
    expect(owner).not.toBe(early.account);
    const { json } = await early.ask('GET', '/api/v1/account');
    expect([json['id'], json['email']]).toEqual([early.account, null]);
    const { access } = await signIn(visit(verified), 'victim@example.com', { carrier: 'opaque' });
    const mine = await visit(verified).ask('GET', '/api/v1/account/api-keys', { bearer: access });
    expect(mine.json['api_keys']).toEqual([]);
    await verified.close();
  });

  test('cannot take a proven address back', async () => {
    const serving = await serve({ signUp: 'verified' });
    const owner = await signUpByMail(serving, 'victim@example.com');
    const thief = await serveHandler({
      lightHashing: true,
      dataFolder: serving.dataFolder,
      clock: serving.clock,
    });
    expect((await askAccount(visit(thief), 'victim@example.com')).status).toBe(409);
    await signUp(visit(thief), eve);
    const { access } = await signIn(visit(thief), eve, { carrier: 'opaque' });
    serving.clock.advance(1);
    const asked = await visit(thief).ask('POST', '/api/v1/account/email', {
      body: { email: 'victim@example.com' },
      bearer: access,
    });
    expect(asked.status).toBe(202);
    const [mail] = await mailsTo(serving, 'victim@example.com');
    expect(mail?.kind).toBe('account-exists');
    const found = await serving.assembly.ports.store.read.accounts.findByIdentifier('victim@example.com');
    expect(found?.id).toBe(owner);
    await thief.close();
  });
});

/** Everything of an answer but what must differ: ids, dates, codes, handles. */
function plain({ status, headers, text }: Answer): unknown {
  const masked = text
    .replaceAll(/dw_(?:ma|why)_[\w-]+/g, '<handle>')
    .replaceAll(/[B-Z]{3}-[B-Z]{3}/g, '<screen>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+/g, '<id>')
    .replaceAll(/[\w-]+@example\.com/g, '<address>')
    .replaceAll(/[\w-]+%40example\.com/g, '<address>');
  const shown = [...headers].map(([name, value]) => [
    name,
    /^(?:date|x-request-id)$/.test(name)
      ? '…'
      : value
          .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+/g, '<id>')
          .replaceAll(/doorward_browser=[\w-]+/g, '<secret>'),
  ]);
  return { status, headers: Object.fromEntries(shown), text: masked };
}

describe('ENU-01, ENU-02: nobody learns from us who has an account', () => {
  let serving: Serving;
  const states = ['absent', 'proven', 'unproven', 'disabled'].map((name) => `${name}@example.com`);
  beforeEach(async () => {
    serving = await serve({ networkAttempts: 100_000 });
    const root = await person(serving, 'root', { roles: ['admin'] });
    for (const name of ['proven', 'disabled'])
      await proveAddress(serving, await person(serving, name), `${name}@example.com`);
    await person(serving, 'unproven');
    const gone = await serving.assembly.ports.store.read.accounts.findByIdentifier('disabled@example.com');
    await root.ask('PATCH', `/api/v1/admin/accounts/${gone?.id}`, { body: { status: 'disabled' } });
  });

  /** What each asks, the same for every state, from a browser or program of its own. */
  const asks: Readonly<Record<string, (visitor: Visitor, email: string) => Promise<readonly Answer[]>>> = {
    'a new password, by program': async (visitor, email) => {
      const asked = await visitor.ask('POST', '/api/v1/password-resets', { body: { email } });
      const body = { ticket: member(asked.json, 'ticket'), code: '000000', new_password: otherPassword };
      const refused = await visitor.ask('POST', '/api/v1/password-resets/confirm', { body });
      return [asked, refused];
    },
    'a sign-in by mail, by program': async (visitor, email) => {
      const asked = await visitor.ask('POST', '/api/v1/sessions/mail', { body: { email } });
      const body = { ticket: member(asked.json, 'ticket'), code: 'no code', carrier: 'opaque' };
      const refused = await visitor.ask('POST', '/api/v1/sessions/mail/confirm', { body });
      const beside = { ...body, totp: '000000', keep_account: true };
      return [asked, refused, await visitor.ask('POST', '/api/v1/sessions/mail/confirm', { body: beside })];
    },
    'a new password, on the pages': async (visitor, email) => {
      const asked = await visitor.ask('POST', '/reset', form({ email }));
      const page = await openPage(visitor, asked.headers.get('location') ?? '');
      const typed = await fillForm(visitor, page, ['confirm', { code: '000000', password: otherPassword }]);
      return [asked, page, typed];
    },
    'a sign-in by password and by mail, on the pages': async (visitor, identifier) => {
      const named = await visitor.ask('POST', '/sign-in', form({ identifier, next: '/docs' }));
      const page = await openPage(visitor, named.headers.get('location') ?? '');
      const wrong = await fillForm(visitor, page, ['sign-in-password', { password: 'a wrong password' }]);
      const mailed = await fillForm(visitor, wrong, ['sign-in-mail', {}]);
      const typed = await fillForm(visitor, mailed, ['confirm', { code: '000000' }]);
      return [named, page, wrong, mailed, typed];
    },
  };

  test.each(Object.keys(asks))('by %s', async (name) => {
    const ask = asks[name];
    if (!ask) throw new Error(name);
    const answers: unknown[] = [];
    const work: unknown[] = [];
    for (const [at, email] of states.entries()) {
      const before = await counted(serving);
      const visitor = visit(serving, { peer: `198.51.100.${at}` });
      answers.push((await ask(visitor, email)).map(plain));
      work.push(difference(before, await counted(serving)));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    // The same rows are written, the same mails leave.
    for (const one of work) expect(one).toEqual(work[0]);
  });

  test('by a sign-up with a proven mailbox, by program and on the pages', async () => {
    const verified = await serveHandler({
      lightHashing: true,
      settings: { signUp: 'verified', signUpAttempts: 1000 },
      dataFolder: serving.dataFolder,
      clock: serving.clock,
    });
    const answers: unknown[] = [];
    const work: unknown[] = [];
    for (const [at, email] of states.entries()) {
      const before = await counted(verified);
      const visitor = visit(verified, { peer: `198.51.100.${at}` });
      const asked = await askAccount(visitor, email, { name: 'Somebody' });
      const body = { ticket: member(asked.json, 'ticket'), code: '000000' };
      const refused = await visitor.ask('POST', '/api/v1/accounts/confirm', { body });
      const posted = await visitor.ask('POST', '/sign-up', form({ email, name: '', password: goodPassword }));
      const page = await openPage(visitor, posted.headers.get('location') ?? '');
      answers.push([asked, refused, posted, page].map(plain));
      work.push(difference(before, await counted(verified)));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    for (const one of work) expect(one).toEqual(work[0]);
    await verified.close();
  });
});

const counted = (serving: Serving): Promise<Record<string, number>> =>
  serving.assembly.ports.store.rowCounts();

/** How many rows each table has got; budgets are shared by some and not by others. */
const difference = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> =>
  Object.fromEntries(
    Object.entries(after)
      .filter(([table]) => table !== 'budgets')
      .map(([table, rowsNow]) => [table, rowsNow - (before[table] ?? 0)]),
  );
