import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { addTotp, amrIn, prove, trySignIn } from '../../kit/factors.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';
import { administrator, type Person, person, why } from '../cast.ts';

const factorsPath = '/api/v1/account/factors';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let ada: Person;

  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    onTestFinished(() => serving.close());
    ada = await person(serving, 'ada');
  });

  test('an authenticator is added in two steps, then asked for at every sign-in', async () => {
    const begun = await ada.ask('POST', `${factorsPath}/totp`);
    expect(begun.status).toBe(201);
    expect(String(begun.json['uri'])).toContain(`secret=${String(begun.json['secret'])}`);
    expect(String(begun.json['qr_svg'])).toMatch(/^<svg/);
    expect(String(begun.json['qr_svg'])).not.toContain('style=');
    // Nothing is asked for before it is confirmed.
    expect((await trySignIn(visit(serving), ada.email)).status).toBe(201);
    const totp = await addTotp(serving, ada);
    expect(totp.recoveryCodes).toHaveLength(10);
    const listed = await ada.ask('GET', factorsPath);
    expect(listed.json).toMatchObject({ recovery_codes_left: 10, demanded: 'nothing' });
    expect(listed.json['totp']).not.toBeNull();

    const refused = await trySignIn(visit(serving), ada.email);
    expect([refused.status, refused.json['code']]).toEqual([401, 'second_factor_required']);
    expect(why(serving, refused).detail).toMatchObject({ check: 'second-factor', amr: 'pwd' });
    const wrong = await trySignIn(visit(serving), ada.email, { totp: totp.wrongCode() });
    expect([wrong.status, wrong.json['code']]).toEqual([403, 'second_factor_refused']);
    expect(why(serving, wrong).detail).toMatchObject({ check: 'totp' });
    const right = await trySignIn(visit(serving), ada.email, { totp: totp.code() });
    expect(right.status).toBe(201);
    expect(amrIn(right)).toEqual(['pwd', 'otp', 'mfa']);
  });

  test('a recovery code stands for the authenticator, once', async () => {
    const { recoveryCodes } = await addTotp(serving, ada);
    const [code = ''] = recoveryCodes;
    const typed = code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O');
    const first = await trySignIn(visit(serving), ada.email, { recovery_code: typed });
    expect([first.status, amrIn(first)]).toEqual([201, ['pwd', 'recovery', 'mfa']]);
    const again = await trySignIn(visit(serving), ada.email, { recovery_code: code });
    expect(again.json['code']).toBe('second_factor_refused');
    expect((await ada.ask('GET', factorsPath)).json['recovery_codes_left']).toBe(9);
  });

  test('new recovery codes take a proof as strong as the account', async () => {
    const totp = await addTotp(serving, ada);
    const path = `${factorsPath}/recovery-codes`;
    expect((await ada.ask('POST', path)).json['code']).toBe('proof_too_weak');
    const proven = await prove(ada, { totp: totp.code() });
    expect([proven.status, amrIn(proven)]).toEqual([200, ['pwd', 'otp', 'mfa']]);
    const renewed = await ada.ask('POST', path);
    expect(renewed.status).toBe(200);
    expect(renewed.json['recovery_codes']).toHaveLength(10);
    const old = { recovery_code: totp.recoveryCodes[0] };
    expect((await trySignIn(visit(serving), ada.email, old)).json['code']).toBe('second_factor_refused');
  });

  test('an authenticator is replaced by the next, and removed after a proof', async () => {
    const first = await addTotp(serving, ada);
    await prove(ada, { totp: first.code() });
    const second = await addTotp(serving, ada);
    expect(second.recoveryCodes).toEqual([]);
    expect((await trySignIn(visit(serving), ada.email, { totp: first.code() })).status).toBe(403);
    expect((await trySignIn(visit(serving), ada.email, { totp: second.code() })).status).toBe(201);
    expect((await ada.ask('DELETE', `${factorsPath}/totp`)).status).toBe(204);
    expect((await ada.ask('DELETE', `${factorsPath}/totp`)).status).toBe(404);
    expect((await trySignIn(visit(serving), ada.email)).status).toBe(201);
    expect((await ada.ask('GET', factorsPath)).json).toMatchObject({ totp: null, recovery_codes_left: 0 });
  });

  test('a cookie that is proven again gets a new handle, and the old one is dead', async () => {
    const browser = await person(serving, 'eve', { carrier: 'cookie' });
    const before = new Map(browser.cookies);
    expect((await prove(browser, { password: goodPassword })).status).toBe(200);
    expect(browser.cookies).not.toEqual(before);
    const old = [...before].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await visit(serving).ask('GET', '/api/v1/session', { headers: { cookie: old } })).status).toBe(
      401,
    );
    expect((await browser.ask('GET', '/api/v1/session')).status).toBe(200);
  });

  test.each(['opaque', 'jwt', 'jwt-cookie'])('a session by %s is proven again', async (carrier) => {
    const eve = await person(serving, 'eve', { carrier });
    serving.clock.advance(30_000);
    expect((await prove(eve, {})).json['code']).toBe('input_invalid');
    const wrong = await prove(eve, { password: 'not that' });
    expect([wrong.status, wrong.json['code']]).toEqual([403, 'current_password_wrong']);
    const proven = await prove(eve, { password: goodPassword });
    expect(proven.status).toBe(200);
    const { session } = (await eve.ask('GET', '/api/v1/session')).json as { session: { proven_at: string } };
    expect(Date.parse(session.proven_at)).toBe(serving.clock.now());
  });

  test('a browser is remembered in place of the second factor, and forgotten', async () => {
    const totp = await addTotp(serving, ada);
    const browser = visit(serving);
    const first = await trySignIn(browser, ada.email, { totp: totp.code(), remember_device: true });
    expect(first.status).toBe(201);
    const again = await trySignIn(browser, ada.email);
    expect([again.status, amrIn(again)]).toEqual([201, ['pwd']]);
    expect((await trySignIn(visit(serving), ada.email)).status).toBe(401);
    const { devices } = (await ada.ask('GET', '/api/v1/account/devices')).json as {
      devices: { id: string }[];
    };
    expect(devices).toHaveLength(1);
    const forget = `/api/v1/account/devices/${devices[0]?.id}`;
    expect((await ada.ask('DELETE', forget)).status).toBe(204);
    expect((await ada.ask('DELETE', forget)).status).toBe(404);
    expect((await trySignIn(browser, ada.email)).status).toBe(401);
  });

  test('a role demands a second factor: without one nobody is let in, and the last one stays', async () => {
    const root = await administrator(serving);
    const put = { permissions: ['reports:read'], requires: 'second-factor' };
    expect((await root.ask('PUT', '/api/v1/admin/roles/auditor', { body: put })).json).toMatchObject(put);
    // Left out it stays.
    await root.ask('PUT', '/api/v1/admin/roles/auditor', { body: { permissions: [] } });
    const give = async ({ account }: Person): Promise<void> => {
      const roles = { body: { roles: ['auditor'] } };
      expect((await root.ask('PATCH', `/api/v1/admin/accounts/${account}`, roles)).status).toBe(200);
    };
    const bea = await person(serving, 'bea');
    await give(bea);
    const refused = await trySignIn(visit(serving), bea.email);
    expect([refused.status, refused.json['code']]).toEqual([403, 'factor_enrolment_required']);
    const totp = await addTotp(serving, ada);
    await prove(ada, { totp: totp.code() });
    await give(ada);
    serving.clock.advance(60_000);
    expect((await trySignIn(visit(serving), ada.email, { totp: totp.code() })).status).toBe(201);
    serving.clock.advance(60_000);
    await prove(ada, { totp: totp.code() });
    const removed = await ada.ask('DELETE', `${factorsPath}/totp`);
    expect([removed.status, removed.json['code']]).toEqual([409, 'factor_demanded']);
  });

  test('an administrator resets the factors of somebody who lost them, and every session ends', async () => {
    const root = await administrator(serving);
    await addTotp(serving, ada);
    const path = `/api/v1/admin/accounts/${ada.account}/factors`;
    expect((await ada.ask('DELETE', path)).status).toBe(403);
    expect((await root.ask('DELETE', path)).json).toEqual({ totp: true, passkeys: 0, sessions: 1 });
    expect((await ada.ask('GET', '/api/v1/session')).status).toBe(401);
    expect((await trySignIn(visit(serving), ada.email)).status).toBe(201);
  });
});
