/** Mails that were asked for: whose they are, how often they are good, and what strangers and scanners get of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { otherPassword, person } from '../../journeys/cast.ts';
import {
  askAccount,
  codeIn,
  linkIn,
  proveAddress,
  signUpByMail,
  wrongCode,
} from '../../journeys/mail/mail-cast.ts';
import { mailsTo } from '../../kit/mails.ts';
import { fillForm, openPage } from '../../kit/page-forms.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, member, signIn, visit } from '../../kit/visitor.ts';

const ada = 'ada@example.com';
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

const codeOf = ({ status, json }: Answer): unknown => [status, json['code']];

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

const reset = (serving: Serving, ticket: string, code: string): Promise<Answer> =>
  visit(serving).ask('POST', '/api/v1/password-resets/confirm', {
    body: { ticket, code, new_password: otherPassword },
  });

describe('PWD-01: a reset belongs to one account and one use', () => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve();
    for (const name of ['ada', 'eve'])
      await proveAddress(serving, await person(serving, name), `${name}@example.com`);
  });

  test('a foreign ticket with one’s own code, and the other way round, opens nothing', async () => {
    const mine = await askReset(serving, eve);
    const theirs = await askReset(serving, ada);
    expect(codeOf(await reset(serving, theirs.ticket, mine.code))).toEqual([403, 'mail_code_refused']);
    expect(codeOf(await reset(serving, mine.ticket, theirs.code))).toEqual([403, 'mail_code_refused']);
    await signIn(visit(serving), ada);
    await signIn(visit(serving), eve);
  });

  test('of fifty at once one holds, and it is used up', async () => {
    const { ticket, code } = await askReset(serving, ada);
    const answers = await Promise.all(Array.from({ length: 50 }, () => reset(serving, ticket, code)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(codeOf(await reset(serving, ticket, code))).toEqual([403, 'ticket_over']);
  });

  test('an older one than the newest opens nothing, by code and by link', async () => {
    const older = await askReset(serving, ada);
    const newest = await askReset(serving, ada);
    expect(codeOf(await reset(serving, older.ticket, older.code))).toEqual([403, 'ticket_over']);
    const page = await openPage(visit(serving), `/confirm?link=${older.link}`);
    expect(page.status).toBe(403);
    expect((await reset(serving, newest.ticket, newest.code)).status).toBe(204);
  });

  test('it is over after thirty minutes, to the millisecond', async () => {
    const { ticket, code } = await askReset(serving, ada);
    serving.clock.advance(30 * 60_000);
    expect(codeOf(await reset(serving, ticket, code))).toEqual([403, 'ticket_over']);
  });

  test('the code of a mail for something else opens nothing', async () => {
    const { ticket, code } = await askReset(serving, ada);
    const confirm = (path: string): Promise<Answer> =>
      visit(serving).ask('POST', path, { body: { ticket, code } });
    expect(codeOf(await confirm('/api/v1/accounts/confirm'))).toEqual([403, 'ticket_over']);
    expect((await reset(serving, ticket, code)).status).toBe(204);
  });
});

describe('PWD-05: what changes an account voids its mails', () => {
  let serving: Serving;
  let owner: Awaited<ReturnType<typeof person>>;
  beforeEach(async () => {
    serving = await serve();
    owner = await person(serving, 'ada');
    await proveAddress(serving, owner, ada);
  });

  test('another address', async () => {
    const { ticket, code } = await askReset(serving, ada);
    await proveAddress(serving, owner, 'new@example.com');
    expect(codeOf(await reset(serving, ticket, code))).toEqual([403, 'ticket_over']);
  });

  test('another password, by its owner and by a mail', async () => {
    const first = await askReset(serving, ada);
    const body = { current_password: goodPassword, new_password: otherPassword };
    expect((await owner.ask('PUT', '/api/v1/account/password', { body })).status).toBe(200);
    expect(codeOf(await reset(serving, first.ticket, first.code))).toEqual([403, 'ticket_over']);
    const browser = visit(serving);
    const named = await fillForm(browser, await openPage(browser, '/sign-in'), [
      'sign-in',
      { identifier: ada },
    ]);
    serving.clock.advance(1);
    const waiting = await fillForm(browser, named, ['sign-in-mail', {}]);
    const code = await codeIn(serving, ada, 'sign-in');
    const second = await askReset(serving, ada);
    expect((await reset(serving, second.ticket, second.code)).status).toBe(204);
    expect((await fillForm(browser, waiting, ['confirm', { code }])).status).toBe(403);
  });

  test('an administrator who changes the address', async () => {
    const root = await person(serving, 'root', { roles: ['admin'] });
    const { ticket, code } = await askReset(serving, ada);
    await root.ask('PATCH', `/api/v1/admin/accounts/${owner.account}`, {
      body: { email: 'other@example.com' },
    });
    expect(codeOf(await reset(serving, ticket, code))).toEqual([403, 'ticket_over']);
    const { json } = await root.ask('GET', `/api/v1/admin/accounts/${owner.account}`);
    expect(json).toMatchObject({ email: 'other@example.com', email_verified: false });
  });

  test('a mail for one address never proves another', async () => {
    const asked = await owner.ask('POST', '/api/v1/account/email', { body: { email: 'first@example.com' } });
    const code = await codeIn(serving, 'first@example.com', 'email-change');
    serving.clock.advance(1);
    await owner.ask('POST', '/api/v1/account/email', { body: { email: 'second@example.com' } });
    const body = { ticket: member(asked.json, 'ticket'), code };
    const confirmed = await owner.ask('POST', '/api/v1/account/email/confirm', { body });
    expect(confirmed.json['email']).toBe('first@example.com');
  });
});

test('PWD-03: links are built from the issuer, whatever a request says of its host', async () => {
  const serving = await serve();
  await proveAddress(serving, await person(serving, 'ada'), ada);
  for (const headers of [
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
    { forwarded: 'host=evil.example;proto=http' },
    { 'x-original-url': 'https://evil.example/' },
    { 'x-rewrite-url': 'https://evil.example/' },
  ]) {
    serving.clock.advance(1);
    await visit(serving).ask('POST', '/api/v1/password-resets', { body: { email: ada }, headers });
    const [mail] = await mailsTo(serving, ada);
    expect(mail?.values.link).toMatch(/^http:\/\/localhost:3000\/confirm\?link=dw_mt_/);
    expect(JSON.stringify(mail)).not.toContain('evil.example');
  }
});

describe('PWD-07: whoever follows links uses nothing up', () => {
  test('GET and HEAD of every link, five times, by strangers and beside the asker', async () => {
    const serving = await serve({ signUp: 'verified' });
    const owner = await signUpByMail(serving, ada);
    const { access } = await signIn(visit(serving), ada, { carrier: 'opaque' });
    const signedIn = (path: string, body: object) =>
      visit(serving).ask('POST', path, { body, bearer: access });
    const asked = await signedIn('/api/v1/account/email', { email: 'new@example.com' });
    const moved = await signedIn('/api/v1/account/email/confirm', {
      ticket: member(asked.json, 'ticket'),
      code: await codeIn(serving, 'new@example.com', 'email-change'),
    });
    expect([moved.status, member(moved.json, 'id')]).toEqual([200, owner]);
    const sign = await askAccount(visit(serving), eve);
    const lost = await askReset(serving, 'new@example.com');
    const links = [
      `/undo?link=${await linkIn(serving, ada, 'email-changed')}`,
      `/confirm?link=${await linkIn(serving, eve, 'sign-up')}`,
      `/confirm?link=${lost.link}`,
    ];
    const before = await rows(serving);
    for (let turn = 0; turn < 5; turn += 1)
      for (const link of links) {
        const scanner = visit(serving);
        for (const method of ['HEAD', 'GET']) {
          const led = await scanner.ask(method, link, { headers: { accept: 'text/html' } });
          expect([led.status, led.headers.get('referrer-policy')]).toEqual([303, 'no-referrer']);
          const path = led.headers.get('location') ?? '';
          const answer = await scanner.ask(method, path, { headers: { accept: 'text/html' } });
          expect([answer.status, answer.headers.get('referrer-policy')]).toEqual([200, 'no-referrer']);
          for (const [, next = ''] of answer.text.matchAll(/(?:href|src)="(\/[^"]*)"/g))
            await scanner.ask('GET', next.replaceAll('&amp;', '&'), { headers: { accept: 'text/html' } });
        }
        expect([...scanner.cookies.keys()]).toEqual(['doorward_link']);
      }
    expect(await rows(serving)).toEqual(before);
    const body = { ticket: member(sign.json, 'ticket'), code: await codeIn(serving, eve, 'sign-up') };
    expect((await visit(serving).ask('POST', '/api/v1/accounts/confirm', { body })).status).toBe(201);
    expect((await reset(serving, lost.ticket, lost.code)).status).toBe(204);
    const undo = await openPage(visit(serving), links[0] ?? '');
    expect(
      (await fillForm(visit(serving), undo, ['undo', { password: 'ten calm swans glide' }])).status,
    ).toBe(200);
  });
});

/** The rows of the tables that a link could change. */
async function rows(serving: Serving): Promise<unknown> {
  const { mail_tickets, accounts, sessions, events, attempts } =
    await serving.assembly.ports.store.rowCounts();
  return { mail_tickets, accounts, sessions, events, attempts };
}

describe('PWD-16, RLM-08: codes', () => {
  test('fifty guesses at once are five, and the budget goes over all mails to a mailbox', async () => {
    const serving = await serve({ signUp: 'verified', networkAttempts: 100_000 });
    let looked = 0;
    for (let mail = 0; mail < 8; mail += 1) {
      serving.clock.advance(1);
      const asked = await askAccount(visit(serving), ada);
      const ticket = member(asked.json, 'ticket');
      const wrong = wrongCode(await codeIn(serving, ada, 'sign-up'));
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, turn) =>
          visit(serving, { peer: `198.51.100.${turn}` }).ask('POST', '/api/v1/accounts/confirm', {
            body: { ticket, code: wrong },
          }),
        ),
      );
      const seen = answers.filter(({ json }) => json['code'] === 'mail_code_refused').length;
      expect(seen).toBeLessThanOrEqual(5);
      looked += seen;
    }
    expect(looked).toBeLessThanOrEqual(30);
  });

  test('whoever guessed them all away still has the link', async () => {
    const serving = await serve();
    await proveAddress(serving, await person(serving, 'ada'), ada);
    for (let mail = 0; mail < 7; mail += 1) {
      const { ticket, code } = await askReset(serving, ada);
      for (let turn = 0; turn < 5; turn += 1) await reset(serving, ticket, wrongCode(code));
    }
    const { ticket, code } = await askReset(serving, ada);
    expect((await reset(serving, ticket, code)).status).toBe(429);
    const browser = visit(serving, { peer: '192.0.2.99' });
    serving.clock.advance(1);
    await fillForm(browser, await openPage(browser, '/reset'), ['reset', { email: ada }]);
    const page = await openPage(browser, `/confirm?link=${await linkIn(serving, ada, 'password-reset')}`);
    expect((await fillForm(browser, page, ['confirm', { password: otherPassword }])).status).toBe(200);
  });

  test('RLM-15: a network asks for so many mails and no more', async () => {
    const serving = await serve({ signUpAttempts: 5 });
    const statuses: number[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      const body = { email: `nobody-${turn}@example.com` };
      statuses.push((await visit(serving).ask('POST', '/api/v1/password-resets', { body })).status);
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429]);
  });
});
