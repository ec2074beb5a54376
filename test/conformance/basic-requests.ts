/** The modules of the basic plan that are about what a party asks the authorization endpoint for. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { ask, askAt, endpoint, type Party, redeem, requestAddress, signIn, somebody } from './party.ts';
import type { Modules } from './plans.ts';

/** A sign-in with these parameters succeeds, and the party gets tokens that hold. */
const succeedsWith = (request: Readonly<Record<string, string>>) => async (party: Party) => {
  const { claims } = await signIn(party, { request });
  expect(claims['auth_time']).toBeTypeOf('number');
};

/** The party is told this at its redirect URI. */
const isTold =
  (request: Readonly<Record<string, string | undefined>>, error: string) => async (party: Party) => {
    const { fields } = await ask(party, { state: 'a state', ...request });
    expect(fields).toMatchObject({ error, state: 'a state', iss: party.metadata['issuer'] });
  };

const unsigned = (claims: object): string =>
  [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

const verifier = 'a verifier of more than 43 letters and digits 0123'.replaceAll(' ', '-');

/** The modules. */
export const requestModules: Partial<Modules<'oidcc-basic-certification-test-plan', Party>> = {
  'oidcc-response-type-missing': {
    rule: 'a request without response_type is an error that the party is told',
    check: isTold({ response_type: undefined }, 'invalid_request'),
  },
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': {
    rule: 'a nonce may be left out',
    check: async (party) => {
      const { claims } = await signIn(party, { request: { nonce: undefined } });
      expect(claims).not.toHaveProperty('nonce');
    },
  },
  'oidcc-alternate-happy-flow': {
    rule: 'the order of scopes and parameters does not matter',
    check: async (party) => {
      const address = requestAddress(party, { scope: 'email openid' });
      address.search = new URLSearchParams([...address.searchParams].reverse()).toString();
      const asked = await askAt(party, address, somebody(party.scene));
      expect((await redeem(party, asked, { address })).scope.split(' ').sort()).toEqual(['email', 'openid']);
    },
  },
  'oidcc-display-page': { rule: 'display=page is no error', check: succeedsWith({ display: 'page' }) },
  'oidcc-display-popup': { rule: 'display=popup is no error', check: succeedsWith({ display: 'popup' }) },
  'oidcc-ui-locales': { rule: 'ui_locales is no error', check: succeedsWith({ ui_locales: 'se' }) },
  'oidcc-claims-locales': {
    rule: 'claims_locales is no error',
    check: succeedsWith({ claims_locales: 'se' }),
  },
  'oidcc-login-hint': {
    rule: 'login_hint is no error',
    check: succeedsWith({ login_hint: 'ada@example.com' }),
  },
  'oidcc-ensure-request-with-unknown-parameter-succeeds': {
    rule: 'a parameter that nobody knows is ignored',
    check: succeedsWith({ extra: 'foobar' }),
  },
  'oidcc-ensure-request-with-acr-values-succeeds': {
    rule: 'acr_values that cannot be had are no error, and acr tells what was done',
    check: async (party) => {
      const { claims } = await signIn(party, { request: { acr_values: '1 2' } });
      expect(party.metadata['acr_values_supported']).toContain(claims['acr']);
    },
  },
  'oidcc-prompt-login': {
    rule: 'prompt=login has a person who is signed in sign in once more',
    check: async (party) => {
      const before = await signIn(party);
      party.scene.serving.clock.advance(2000);
      const { claims } = await signIn(party, { person: before.person, request: { prompt: 'login' } });
      expect(claims.sub).toBe(before.claims.sub);
      expect(claims['auth_time']).toBe(Number(before.claims['auth_time']) + 2);
    },
  },
  'oidcc-prompt-none-not-logged-in': {
    rule: 'prompt=none shows no page to somebody who is not signed in',
    check: isTold({ prompt: 'none' }, 'login_required'),
  },
  'oidcc-prompt-none-logged-in': {
    rule: 'prompt=none shows no page to somebody who is signed in, and nothing is proven anew',
    check: async (party) => {
      const before = await signIn(party);
      party.scene.serving.clock.advance(2000);
      const { claims } = await signIn(party, { person: before.person, request: { prompt: 'none' } });
      expect([claims.sub, claims['auth_time']]).toEqual([before.claims.sub, before.claims['auth_time']]);
    },
  },
  'oidcc-max-age-1': {
    rule: 'max_age=1 has a person sign in again who did so before, and auth_time tells of it',
    check: async (party) => {
      const before = await signIn(party);
      party.scene.serving.clock.advance(3000);
      const { claims } = await signIn(party, { person: before.person, request: { max_age: '1' } });
      expect(claims['auth_time']).toBe(Number(before.claims['auth_time']) + 3);
    },
  },
  'oidcc-max-age-10000': {
    rule: 'max_age=10000 asks nobody again, and auth_time is the one before',
    check: async (party) => {
      const before = await signIn(party, { request: { max_age: '10000' } });
      party.scene.serving.clock.advance(3000);
      const { claims } = await signIn(party, { person: before.person, request: { max_age: '10000' } });
      expect(claims['auth_time']).toBe(before.claims['auth_time']);
    },
  },
  'oidcc-id-token-hint': {
    rule: 'prompt=none with an ID token of the same person succeeds',
    check: async (party) => {
      const { person, idToken, claims } = await signIn(party);
      const request = { prompt: 'none', id_token_hint: idToken };
      expect((await signIn(party, { person, request })).claims.sub).toBe(claims.sub);
    },
  },
  'oidcc-ensure-registered-redirect-uri': {
    rule: 'an address that is not registered is a page for the person, who is sent nowhere',
    check: async (party) => {
      const { fields, arrival } = await ask(party, { redirect_uri: `${party.redirectUri}/x` });
      expect([fields, arrival.answer?.status]).toEqual([undefined, 400]);
    },
  },
  'oidcc-ensure-post-request-succeeds': {
    rule: 'the request may come by a form',
    check: async (party) => {
      const address = requestAddress(party);
      const body = address.searchParams;
      const request = new Request(endpoint(party, 'authorization'), { method: 'POST', body });
      const asked = await askAt(party, request, somebody(party.scene));
      expect((await redeem(party, asked, { address })).claims.sub).toBeTypeOf('string');
    },
  },
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': {
    rule: 'a request object is refused as the metadata says',
    check: async (party) => {
      expect(party.metadata['request_parameter_supported']).toBe(false);
      await isTold({ request: `${unsigned({ state: 'a state' })}.` }, 'request_not_supported')(party);
    },
  },
  'oidcc-ensure-request-object-with-redirect-uri': {
    rule: 'a request object names no address: the answer goes to the registered one',
    check: async (party) => {
      const request = `${unsigned({ redirect_uri: 'https://elsewhere.example/callback' })}.`;
      await isTold({ request }, 'request_not_supported')(party);
    },
  },
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': {
    rule: 'the address of a request object is refused as the metadata says, and nobody is asked for it',
    check: async (party) => {
      expect(party.metadata['request_uri_parameter_supported']).toBe(false);
      const request_uri = `${party.scene.site.origin}/request.jwt`;
      await isTold({ request_uri }, 'request_uri_not_supported')(party);
    },
  },
  'oidcc-ensure-request-with-valid-pkce-succeeds': {
    rule: 'PKCE by S256 succeeds, and the code is worth nothing without its verifier',
    check: async (party) => {
      const code_challenge = createHash('sha256').update(verifier).digest('base64url');
      const request = { code_challenge, code_challenge_method: 'S256' };
      await signIn(party, { request, verifier });
      await expect(signIn(party, { request })).rejects.toThrow('invalid_grant');
    },
  },
};
