import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, leadsTo } from '../kit/clients.ts';
import { signIn as signInAt, signUp, visit } from '../kit/visitor.ts';
import { announces, verifiesDiscovery } from './discovery.ts';
import {
  ask,
  endpoint,
  type Fields,
  keysOf,
  knownParty,
  type Party,
  type SignedIn,
  signIn,
} from './party.ts';
import type { Modules } from './plans.ts';
import { openScene, type Scene } from './proxy.ts';

const goodbyeAt = ({ site }: Scene): string => `${site.origin}/goodbye`;

/** Sends a person who signed in to the endpoint that ends the session. */
function leave(party: Party, { person }: Pick<SignedIn, 'person'>, fields: Fields) {
  const address = new URL(endpoint(party, 'end_session'));
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) address.searchParams.set(name, value);
  return person.goTo(address);
}

/** Whether nobody is signed in any more at the browser. */
async function isOver(party: Party, { person }: Pick<SignedIn, 'person'>): Promise<boolean> {
  const { fields } = await ask(party, { prompt: 'none' }, person);
  return fields?.['error'] === 'login_required';
}

/** The person comes back to the party, signed out, with exactly these parameters. */
const comesBack = (state: string | undefined) => async (party: Party) => {
  const signedIn = await signIn(party);
  const post_logout_redirect_uri = goodbyeAt(party.scene);
  const { url } = await leave(party, signedIn, {
    id_token_hint: signedIn.idToken,
    post_logout_redirect_uri,
    state,
  });
  expect(url.href).toBe(post_logout_redirect_uri + (state === undefined ? '' : `?state=${state}`));
  expect(await isOver(party, signedIn)).toBe(true);
};

/** The person is told that something is wrong, stays here, and stays signed in. */
const isRefused = (fields: (signedIn: SignedIn, party: Party) => Fields) => async (party: Party) => {
  const signedIn = await signIn(party);
  const { url, answer } = await leave(party, signedIn, fields(signedIn, party));
  expect([url.origin, answer?.status]).toEqual([party.scene.serving.origin, 400]);
  expect(await isOver(party, signedIn)).toBe(false);
};

/** The person is asked, and is signed out once they agree. */
const isAsked = (fields: Readonly<Record<string, string>>) => async (party: Party) => {
  const browser = visit(party.scene.serving);
  await signInAt(browser, 'ada@example.com');
  const { pathname } = new URL(endpoint(party, 'end_session'));
  const isSignedIn = async () => (await browser.ask('GET', '/api/v1/session')).status === 200;
  const asked = await browser.ask('GET', `${pathname}?${new URLSearchParams(fields).toString()}`);
  expect([leadsTo(asked).pathname, await isSignedIn()]).toEqual(['/sign-out', true]);
  expect((await browser.ask('POST', '/sign-out', form(fields))).text).toContain('You are signed out');
  expect(await isSignedIn()).toBe(false);
};

/** An ID token with another letter in its last part but one. */
function modified(idToken: string): string {
  const [header = '', claims = '', signature = ''] = idToken.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  return `${header}.${claims}.${other}${signature.slice(1)}`;
}

const unsigned = (idToken: string): string =>
  `${Buffer.from('{"alg":"none"}').toString('base64url')}.${idToken.split('.')[1] ?? ''}.`;

const signOut: Modules<'oidcc-rp-initiated-logout-certification-test-plan', Party> = {
  'oidcc-rp-initiated-logout-discovery-endpoint-verification': {
    rule: 'discovery tells where a session is ended',
    check: async (party) => {
      await verifiesDiscovery(party);
      await announces('end_session_endpoint')(party);
    },
  },
  'oidcc-rp-initiated-logout': {
    rule: 'an ID token signs its person out, who comes back with the state',
    check: comesBack('a-state'),
  },
  'oidcc-rp-initiated-logout-no-state': {
    rule: 'without a state none is added',
    check: comesBack(undefined),
  },
  'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': {
    rule: 'an address that is not registered leads nowhere',
    check: isRefused(({ idToken }, { scene }) => ({
      id_token_hint: idToken,
      post_logout_redirect_uri: `${scene.site.origin}/elsewhere`,
    })),
  },
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': {
    rule: 'a query that is added makes it another address',
    check: isRefused(({ idToken }, { scene }) => ({
      id_token_hint: idToken,
      post_logout_redirect_uri: `${goodbyeAt(scene)}?foo=bar`,
    })),
  },
  'oidcc-rp-initiated-logout-modified-id-token-hint': {
    rule: 'an ID token whose signature was changed signs nobody out',
    check: isRefused(({ idToken }, { scene }) => ({
      id_token_hint: modified(idToken),
      post_logout_redirect_uri: goodbyeAt(scene),
    })),
  },
  'oidcc-rp-initiated-logout-bad-id-token-hint': {
    rule: 'an ID token without a signature signs nobody out',
    check: isRefused(({ idToken }, { scene }) => ({
      id_token_hint: unsigned(idToken),
      post_logout_redirect_uri: goodbyeAt(scene),
    })),
  },
  'oidcc-rp-initiated-logout-no-id-token-hint': {
    rule: 'an address of nobody leads nowhere',
    check: isRefused((_signedIn, { scene }) => ({
      post_logout_redirect_uri: goodbyeAt(scene),
      state: 'a-state',
    })),
  },
  'oidcc-rp-initiated-logout-no-params': { rule: 'without anything the person is asked', check: isAsked({}) },
  'oidcc-rp-initiated-logout-only-state': {
    rule: 'with nothing but a state the person is asked',
    check: isAsked({ state: 'a-state' }),
  },
  'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': {
    rule: 'without an address a page says that it is done',
    check: async (party) => {
      const signedIn = await signIn(party);
      const { answer } = await leave(party, signedIn, { id_token_hint: signedIn.idToken });
      expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('You are signed out') });
      expect(await isOver(party, signedIn)).toBe(true);
    },
  },
};

const backchannel: Modules<'oidcc-backchannel-rp-initiated-logout-certification-test-plan', Party> = {
  'oidcc-backchannel-logout-discovery-endpoint-verification': {
    rule: 'discovery tells that parties are told of sign-outs, session by session',
    check: announces(
      'end_session_endpoint',
      'backchannel_logout_supported',
      'backchannel_logout_session_supported',
    ),
  },
  'oidcc-backchannel-rp-initiated-logout': {
    rule: 'the party is told by a signed token of the very session, and its person is signed out',
    check: async (party) => {
      const { sent } = party.scene.site;
      const signedIn = await signIn(party);
      const { claims, idToken } = signedIn;
      const { url } = await leave(party, signedIn, {
        id_token_hint: idToken,
        post_logout_redirect_uri: goodbyeAt(party.scene),
        state: 'a-state',
      });
      expect(url.href).toBe(`${goodbyeAt(party.scene)}?state=a-state`);
      await expect.poll(() => sent.length).toBe(1);
      expect(Object.keys(sent[0] ?? {})).toEqual(['logout_token']);
      const { payload } = await jwtVerify(
        sent[0]?.['logout_token'] ?? '',
        createLocalJWKSet(await keysOf(party)),
        {
          issuer: party.scene.serving.origin,
          audience: party.clientId,
          typ: 'logout+jwt',
          currentDate: new Date(party.scene.serving.clock.now()),
          requiredClaims: ['iat', 'exp', 'jti'],
        },
      );
      const { sub, sid } = claims;
      const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
      expect(payload).toMatchObject({ sub, sid, events });
      expect(payload).not.toHaveProperty('nonce');
      expect(await isOver(party, signedIn)).toBe(true);
    },
  },
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  await signUp(visit(scene.serving), 'ada@example.com');
});
afterAll(() => scene.close());

describe('oidcc-rp-initiated-logout-certification-test-plan', () => {
  for (const [name, { rule, check }] of Object.entries(signOut))
    test(`${name}: ${rule}`, async () => {
      const party = await knownParty(scene, { postLogoutRedirectUris: [goodbyeAt(scene)] });
      await expect(check(party)).resolves.toBeUndefined();
    });
});

describe('oidcc-backchannel-rp-initiated-logout-certification-test-plan', () => {
  for (const [name, { rule, check }] of Object.entries(backchannel))
    test(`${name}: ${rule}`, async () => {
      const party = await knownParty(scene, {
        postLogoutRedirectUris: [goodbyeAt(scene)],
        backchannelLogoutUri: `${scene.site.origin}/signed-out`,
      });
      await expect(check(party)).resolves.toBeUndefined();
    });
});
