import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Person, person, statusOf } from '../../journeys/cast.ts';
import { type Authenticator, addTotp, authenticator, prove, trySignIn } from '../../kit/factors.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';

let serving: Serving;
let ada: Person;
const factorsPath = '/api/v1/account/factors';

beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { accessToken: 3600 } });
  ada = await person(serving, 'ada');
});
afterEach(() => serving.close());

/** What changes how an account is proven. */
const changes = {
  'begins an authenticator': () => ada.ask('POST', `${factorsPath}/totp`),
  'removes the authenticator': () => ada.ask('DELETE', `${factorsPath}/totp`),
  'renews recovery codes': () => ada.ask('POST', `${factorsPath}/recovery-codes`),
  'links an outside sign-in': () =>
    ada.ask('POST', '/api/v1/account/identities', { body: { provider: 'nobody' } }),
  'unlinks an outside sign-in': () => ada.ask('DELETE', `/api/v1/account/identities/${ada.account}`),
  'changes the e-mail address': () =>
    ada.ask('PATCH', '/api/v1/account', { body: { email: 'thief@example.com' } }),
  'makes an API key': () =>
    ada.ask('POST', '/api/v1/account/api-keys', { body: { name: 'k', scopes: ['account:read'] } }),
} as const;

/** Keeps a session busy, a minute at a time. */
async function stayBusy(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    serving.clock.advance(60_000);
    expect((await ada.ask('GET', '/api/v1/session')).status).toBe(200);
  }
}

describe('SES-20: a proof grows old although the session is busy', () => {
  test.each(Object.keys(changes) as (keyof typeof changes)[])(
    'who %s proves it again first',
    async (name) => {
      const totp = await addTotp(serving, ada);
      await prove(ada, { totp: totp.code() });
      await stayBusy(6);
      const refused = await changes[name]();
      expect([refused.status, refused.json['code']]).toEqual([403, 'proof_too_old']);
      expect((await prove(ada, { totp: totp.code() })).status).toBe(200);
      expect((await changes[name]()).json['code']).not.toBe('proof_too_old');
    },
  );
});

describe('MFA-08: factors are changed by a proof as strong as the account', () => {
  let totp: Authenticator;
  beforeEach(async () => {
    totp = await addTotp(serving, ada);
  });

  test.each(Object.keys(changes) as (keyof typeof changes)[])(
    'a session that was proven by the password alone %s: refused',
    async (name) => {
      const refused = await changes[name]();
      expect([refused.status, refused.json['code']]).toEqual([403, 'proof_too_weak']);
    },
  );
  test('the password alone proves nothing more', async () => {
    await prove(ada, { totp: totp.code() });
    await stayBusy(6);
    const proven = await prove(ada, { password: goodPassword });
    expect([proven.status, proven.json['code']]).toEqual([401, 'second_factor_required']);
    expect((await changes['removes the authenticator']()).json['code']).toBe('proof_too_old');
    expect((await ada.ask('GET', '/api/v1/session')).status).toBe(200);
  });
  test('after a removal every other session that was proven by it is over, and this one states it no more', async () => {
    const other = await trySignIn(visit(serving), ada.email, { totp: totp.code(), carrier: 'opaque' });
    const access = String(other.json['access_token']);
    expect(await statusOf(serving, access)).toBe(200);
    serving.clock.advance(60_000);
    await prove(ada, { totp: totp.code() });
    expect((await ada.ask('DELETE', `${factorsPath}/totp`)).status).toBe(204);
    expect(await statusOf(serving, access)).toBe(401);
    const { session } = (await ada.ask('GET', '/api/v1/session')).json as { session: { amr: string[] } };
    expect(session.amr).toEqual(['pwd']);
  });
  test('each change has its event', async () => {
    await prove(ada, { totp: totp.code() });
    await ada.ask('POST', `${factorsPath}/recovery-codes`);
    await ada.ask('DELETE', `${factorsPath}/totp`);
    const events = await serving.assembly.ports.store.read.events.list({
      after: 0,
      limit: 100,
      accountId: ada.account,
    });
    const told = events.map(({ type }) => type).filter((type) => /factor|recovery|proven/.test(type));
    expect(told).toEqual(['factor.added', 'session.proven', 'recovery-codes.renewed', 'factor.removed']);
  });
  test('one enrolment is confirmed once, by its own code, in its own account and time', async () => {
    await prove(ada, { totp: totp.code() });
    const begin = async (): Promise<{ enrolment: unknown; secret: string }> => {
      const { json } = await ada.ask('POST', `${factorsPath}/totp`);
      return { enrolment: json['enrolment'], secret: String(json['secret']) };
    };
    const first = await begin();
    const second = await begin();
    const confirm = (who: Person, one: { enrolment: unknown; secret: string }) =>
      who.ask('PUT', `${factorsPath}/totp`, {
        body: { enrolment: one.enrolment, code: authenticator(serving, one.secret).code() },
      });
    expect((await confirm(ada, first)).json['code']).toBe('ceremony_over');
    const mixed = { enrolment: second.enrolment, secret: first.secret };
    expect((await confirm(ada, mixed)).json['code']).toBe('second_factor_refused');
    const eve = await person(serving, 'eve');
    expect((await confirm(eve, second)).json['code']).toBe('ceremony_over');
    expect((await confirm(ada, second)).status).toBe(200);
    expect((await confirm(ada, second)).json['code']).toBe('ceremony_over');
    serving.clock.advance(60_000);
    await prove(ada, { totp: authenticator(serving, second.secret).code() });
    const late = await begin();
    serving.clock.advance(15 * 60_000);
    await prove(ada, { totp: authenticator(serving, second.secret).code() });
    expect((await confirm(ada, late)).json['code']).toBe('ceremony_over');
  });
});
