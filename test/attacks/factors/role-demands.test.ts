/** A role that begins to demand more: what was let in by less does not stay in. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  administrator,
  carriers,
  cookieHeader,
  device,
  giveRoles,
  type Person,
  person,
  refreshBy,
} from '../../journeys/cast.ts';
import { addTotp, trySignIn } from '../../kit/factors.ts';
import { addPasskey, signInBy } from '../../kit/passkeys.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, member, type Said, visit } from '../../kit/visitor.ts';

let serving: Serving;
let root: Person;
let ada: Person;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true, settings: { signUpAttempts: 1000 } });
  root = await administrator(serving);
  ada = await person(serving, 'ada');
});
afterEach(() => serving.close());

const put = (requires?: string): Promise<Answer> =>
  root.ask('PUT', '/api/v1/admin/roles/vault', { body: { permissions: ['vault:open'], requires } });
const read = async (said: Said): Promise<number> =>
  (await visit(serving, { program: true }).ask('GET', '/api/v1/session', said)).status;
const status = (access: unknown): Promise<number> => read({ bearer: String(access) });
/** Why sessions of an account ended, oldest first. */
const endings = async (account: string): Promise<unknown[]> =>
  (await serving.assembly.ports.store.read.events.list({ after: 0, limit: 1000 }))
    .filter(({ type, accountId }) => type === 'session.ended' && accountId === account)
    .map(({ data, actor }) => [(JSON.parse(data) as { reason: string }).reason, actor]);

describe('MFA-06: a demand that is tightened holds for what is open', () => {
  test('sessions by every carrier end, with their refresh tokens, and guards hear of it', async () => {
    await put();
    await giveRoles(serving, ada.account, ['vault']);
    const held: Said[] = [];
    for (const carrier of carriers) {
      const one = await device(serving, ada, { carrier });
      held.push(one.access === '' ? { headers: { cookie: cookieHeader(one) } } : { bearer: one.access });
    }
    const { refresh } = await device(serving, ada, { carrier: 'jwt' });
    for (const said of held) expect(await read(said)).toBe(200);
    expect((await put('second-factor')).status).toBe(200);
    for (const said of held) expect(await read(said)).toBe(401);
    expect((await refreshBy(serving, refresh)).status).toBe(401);
    expect(new Set((await endings(ada.account)).map(String))).toEqual(
      new Set([`proof-demanded,${root.account}`]),
    );
    const { revocations } = await serving.assembly.ports.store.rowCounts();
    expect(revocations).toBeGreaterThanOrEqual(held.length);
  });

  test('what was proven by as much stays, and who does not hold the role is not asked', async () => {
    const totp = await addTotp(serving, ada);
    const strong = await trySignIn(visit(serving), ada.email, { totp: totp.code(), carrier: 'opaque' });
    const bea = await person(serving, 'bea');
    await put();
    await giveRoles(serving, ada.account, ['vault']);
    await put('second-factor');
    expect(await status(strong.json['access_token'])).toBe(200);
    expect(await status(bea.access)).toBe(200);
    expect(await endings(bea.account)).toEqual([]);
    // An authenticator is no passkey.
    await put('passkey');
    expect(await status(strong.json['access_token'])).toBe(401);
  });

  test('a passkey meets the strictest demand, and a demand that is loosened ends nothing', async () => {
    const credential = await addPasskey(serving, ada);
    const { json } = await signInBy(serving, visit(serving), { credential });
    await put();
    await giveRoles(serving, ada.account, ['vault']);
    for (const requires of ['passkey', 'second-factor', 'nothing']) {
      await put(requires);
      expect([requires, await status(json['access_token'])]).toEqual([requires, 200]);
    }
  });

  test('an account that is given such a role is held to it in the same moment', async () => {
    await put('second-factor');
    expect(await status(ada.access)).toBe(200);
    await root.ask('PATCH', `/api/v1/admin/accounts/${ada.account}`, { body: { roles: ['vault'] } });
    expect(await status(ada.access)).toBe(401);
    expect(await endings(ada.account)).toEqual([['proof-demanded', root.account]]);
    const again = await trySignIn(visit(serving), ada.email);
    expect(member(again.json, 'code')).toBe('factor_enrolment_required');
  });

  test('whoever tightens a role that they hold is held to it as well', async () => {
    await put();
    await giveRoles(serving, root.account, ['admin', 'vault']);
    expect((await put('second-factor')).status).toBe(200);
    expect(await status(root.access)).toBe(401);
  });

  test('of a hundred and twenty who hold it, nobody is left out; putting it again finds nothing more', async () => {
    await put();
    const people: Person[] = [];
    for (let number = 0; number < 120; number += 1) {
      const one = await person(serving, `holder-${number}`);
      await giveRoles(serving, one.account, ['vault']);
      people.push(one);
    }
    await put('second-factor');
    for (const { access } of people) expect(await status(access)).toBe(401);
    const { events } = await serving.assembly.ports.store.rowCounts();
    await put('second-factor');
    expect((await serving.assembly.ports.store.rowCounts())['events']).toBe(events);
  });
});
