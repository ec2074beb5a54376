/**
 * Attacks on what a client may: consent, a registration and a role that is gone must not give a client a permission that
 * its account does not have.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Guard, guard, requireScope } from '../../../packages/guard/src/index.ts';
import { device, giveRoles, type Person, person } from '../../journeys/cast.ts';
import { authorizeAt, decide, follow, form, makeClient, told, waitingAt } from '../../kit/clients.ts';
import { type Serving, serveBrowsers } from '../../kit/serving.ts';
import { askAs, claimsIn, tokensBy, tokensOf } from '../../kit/tokens.ts';

const scopes = ['openid', 'offline_access', 'reports:read', 'calendar', 'doorward:accounts:read'];
const request = { scope: scopes.join(' ') };

let serving: Serving;
let guarded: Guard;
let ada: Person;
beforeAll(async () => {
  serving = await serveBrowsers({ lightHashing: true, settings: { freeScopes: ['calendar'] } });
  guarded = guard({ issuer: serving.origin, clock: serving.clock, feed: 'pull', log: () => undefined });
  await serving.assembly.ports.store.transact((tx) =>
    tx.roles.put({ name: 'reader', permissions: ['reports:read'], requires: 'nothing' }),
  );
  ada = await person(serving, 'ada', { carrier: 'cookie' });
});
afterAll(async () => {
  guarded.close();
  await serving.close();
});
beforeEach(() => giveRoles(serving, ada.account, []));

/** A cookie device of its own: what a test does to its session touches no other. */
const browserOf = (who: Person): Promise<Person> => device(serving, who, { carrier: 'cookie' });

/** What the guard says of a token where it needs a scope: nothing when it passes. */
const refusalOf = async (token: string, scope: string): Promise<string | undefined> => {
  const headers = { authorization: `Bearer ${token}` };
  const { failure } = await guarded.verify(
    new Request('https://api.example', { headers }),
    requireScope(scope),
  );
  return failure?.code;
};

describe('ADM-03: a client is no ladder', () => {
  test.each([
    { whose: "the operator's own", firstParty: true },
    { whose: 'a stranger', firstParty: false },
  ])(
    'ADM-03: $whose gets no permission that the account lacks, and the guard refuses',
    async ({ firstParty }) => {
      const client = await makeClient(serving, { scopes, firstParty });
      const browser = await browserOf(ada);
      if (!firstParty) {
        const authorization = waitingAt(await authorizeAt(browser, client, request));
        await decide(browser, { authorization, decision: 'allow', account: ada.account });
      }
      const { access } = await tokensOf(serving, client, { browser, request });
      expect(claimsIn(access)['scope']).toBe('openid offline_access calendar');
      expect(await refusalOf(access, 'calendar')).toBeUndefined();
      for (const scope of ['reports:read', 'doorward:accounts:read'])
        expect(await refusalOf(access, scope)).toBe('scope_missing');
    },
  );

  test('ADM-03: a role that is gone is gone from the next token, which the guard refuses', async () => {
    const client = await makeClient(serving, { scopes });
    await giveRoles(serving, ada.account, ['reader']);
    const { access, refresh } = await tokensOf(serving, client, { browser: await browserOf(ada), request });
    expect(await refusalOf(access, 'reports:read')).toBeUndefined();
    await giveRoles(serving, ada.account, []);
    const fields = { grant_type: 'refresh_token', refresh_token: refresh };
    const next = await tokensBy(serving, client, fields);
    expect(await refusalOf(next.access, 'reports:read')).toBe('scope_missing');
    expect(await refusalOf(next.access, 'calendar')).toBeUndefined();
    const again = await tokensBy(serving, client, { ...fields, scope: 'openid reports:read' });
    expect(await refusalOf(again.access, 'reports:read')).toBe('scope_missing');
  });
});

test('OAU-12: what was not shown is not given, whatever role follows', async () => {
  const client = await makeClient(serving, { scopes, firstParty: false });
  const browser = await browserOf(ada);
  const waiting = await authorizeAt(browser, client, request);
  expect((await follow(browser, waiting)).text).not.toContain('reports:read');
  await decide(browser, { authorization: waitingAt(waiting), decision: 'allow', account: ada.account });
  const { refresh } = await tokensOf(serving, client, { browser, request });
  await giveRoles(serving, ada.account, ['reader']);
  const fields = { grant_type: 'refresh_token', refresh_token: refresh };
  const next = await tokensBy(serving, client, fields);
  expect(await refusalOf(next.access, 'reports:read')).toBe('scope_missing');
  const silent = told(await authorizeAt(browser, client, { ...request, prompt: 'none' }));
  expect(silent['error']).toBe('consent_required');
});

test('OAU-12: a role that is given while the page is read adds nothing to what it listed', async () => {
  const client = await makeClient(serving, { scopes, firstParty: false });
  const browser = await browserOf(ada);
  const waiting = await authorizeAt(browser, client, request);
  const page = await follow(browser, waiting);
  const [, shown = ''] = /name="shown" value="([^"]*)"/.exec(page.text) ?? [];
  expect(shown).toBe('openid offline_access calendar');
  await giveRoles(serving, ada.account, ['reader']);
  const fields = { authorization: waitingAt(waiting), account: ada.account, shown, decision: 'allow' };
  await browser.ask('POST', '/consent', form(fields));
  const grants = await serving.assembly.ports.store.read.grants.list(ada.account);
  expect(grants.find(({ clientId }) => clientId === client.id)?.scopes).toEqual([
    'calendar',
    'offline_access',
    'openid',
  ]);
});

describe('OAU-28: a client that acts for itself', () => {
  const machine = {
    authentication: 'client_secret_basic',
    grantTypes: ['client_credentials'],
    scopes: ['reports:read', 'calendar'],
    firstParty: false,
  } as const;
  const asked = { grant_type: 'client_credentials' };

  test.each(['jwt', 'opaque'] as const)(
    'OAU-20: gets no permission when it registered itself, even one that it may ask for people (%s)',
    async (accessTokenFormat) => {
      const client = await makeClient(serving, { ...machine, accessTokenFormat, madeBy: 'registration' });
      expect((await tokensBy(serving, client, asked)).answer.json['scope']).toBe('calendar');
      const fields = { ...asked, scope: 'reports:read' };
      const refused = await askAs(serving, client, { path: '/oauth/token', fields });
      expect([refused.status, refused.json['error']]).toEqual([400, 'invalid_scope']);
    },
  );

  test('OAU-28: gets what the operator listed for it and nothing else', async () => {
    const client = await makeClient(serving, machine);
    expect((await tokensBy(serving, client, asked)).answer.json['scope']).toBe('reports:read calendar');
    const fields = { ...asked, scope: 'reports:read doorward:accounts:read' };
    const refused = await askAs(serving, client, { path: '/oauth/token', fields });
    expect([refused.status, refused.json['error']]).toEqual([400, 'invalid_scope']);
  });
});
