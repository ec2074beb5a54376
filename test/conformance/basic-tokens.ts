/** The modules of the basic plan that are about what a party gets. */
import { expect } from 'vitest';
import { headerIn } from '../kit/tokens.ts';
import {
  ask,
  askTokens,
  endpoint,
  get,
  keysOf,
  knownParty,
  type Party,
  post,
  provenIdToken,
  signIn,
  trade,
  userInfo,
} from './party.ts';
import type { Modules } from './plans.ts';

/** Ada's claims by their scopes (OpenID Connect Core §5.4). */
const profile = { name: 'Ada', preferred_username: 'ada', updated_at: expect.any(Number) };
const email = { email: 'ada@example.com', email_verified: expect.any(Boolean) };

/** These scopes are no error; UserInfo tells exactly these claims, and the ID token none of them. */
const tells =
  (scope: string, told: Readonly<Record<string, unknown>>, granted = scope) =>
  async (party: Party) => {
    const { access, claims, scope: given } = await signIn(party, { request: { scope } });
    expect(given).toBe(granted);
    const { json } = await userInfo(party, access);
    expect(json).toEqual({ sub: claims.sub, ...told });
    for (const name of Object.keys(told)) expect(claims).not.toHaveProperty(name);
  };

const refusedGrant = { status: 400, json: { error: 'invalid_grant' } };

/** The modules. */
export const tokenModules: Partial<Modules<'oidcc-basic-certification-test-plan', Party>> = {
  'oidcc-server': {
    rule: 'a person signs in, and ID token and UserInfo are about the same one',
    check: async (party) => {
      const { access, claims } = await signIn(party);
      const { status, json, type } = await userInfo(party, access);
      expect([status, type, json['sub']]).toEqual([200, 'application/json', claims.sub]);
    },
  },
  'oidcc-server-client-secret-post': {
    rule: 'a party may send its secret in the form',
    check: async ({ scene, responseMode }) => {
      const party = await knownParty(scene, { authentication: 'client_secret_post', responseMode });
      expect((await signIn(party)).claims.sub).toBeTypeOf('string');
    },
  },
  'oidcc-idtoken-signature': {
    rule: 'the ID token is signed by the published key that it names',
    check: async (party) => {
      const { idToken } = await signIn(party);
      const { alg, kid } = headerIn(idToken);
      const { keys } = await keysOf(party);
      expect(keys.filter((key) => key.kid === kid && key.alg === alg)).toHaveLength(1);
      expect(alg).toBe('RS256');
    },
  },
  'oidcc-idtoken-unsigned': {
    rule: 'no ID token is ever unsigned, and nobody is told that one could be',
    check: async (party) => {
      expect(party.metadata['id_token_signing_alg_values_supported']).not.toContain('none');
      const { idToken, person } = await signIn(party);
      const [, claims = ''] = idToken.split('.');
      const hint = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
      const { fields } = await ask(party, { prompt: 'none', id_token_hint: hint }, person);
      expect(fields).toMatchObject({ error: 'invalid_request' });
    },
  },
  'oidcc-userinfo-get': {
    rule: 'UserInfo is told by GET',
    check: async (party) => {
      const { access, claims } = await signIn(party);
      expect((await userInfo(party, access)).json).toEqual({ sub: claims.sub });
    },
  },
  'oidcc-userinfo-post-header': {
    rule: 'UserInfo is told by POST, the token in the header',
    check: async (party) => {
      const { access, claims } = await signIn(party);
      const headers = { authorization: `Bearer ${access}` };
      expect((await post(endpoint(party, 'userinfo'), {}, headers)).json).toEqual({ sub: claims.sub });
    },
  },
  'oidcc-userinfo-post-body': {
    rule: 'UserInfo is told by POST, the token in the form',
    check: async (party) => {
      const { access, claims } = await signIn(party);
      const { json } = await post(endpoint(party, 'userinfo'), { access_token: access });
      expect(json).toEqual({ sub: claims.sub });
    },
  },
  'oidcc-scope-profile': {
    rule: 'the scope profile stands for what the account tells of itself',
    check: tells('openid profile', profile),
  },
  'oidcc-scope-email': {
    rule: 'the scope email stands for the mailbox',
    check: tells('openid email', email),
  },
  'oidcc-scope-address': {
    rule: 'the scope address, which nobody has, is left out and no error',
    check: tells('openid address', {}, 'openid'),
  },
  'oidcc-scope-phone': {
    rule: 'the scope phone, which nobody has, is left out and no error',
    check: tells('openid phone', {}, 'openid'),
  },
  'oidcc-scope-all': {
    rule: 'all scopes at once are no error, and the party is told which it has',
    check: tells('openid profile email address phone', { ...profile, ...email }, 'openid profile email'),
  },
  'oidcc-claims-essential': {
    rule: 'a claim that the claims parameter calls essential is told where it is wanted',
    check: async (party) => {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } });
      const { access, claims: told } = await signIn(party, { request: { claims } });
      expect((await userInfo(party, access)).json).toEqual({ sub: told.sub, name: 'Ada' });
      expect(told).not.toHaveProperty('name');
    },
  },
  'oidcc-codereuse': {
    rule: 'a code is good once',
    check: async (party) => {
      const { code } = await signIn(party);
      expect(await trade(party, code)).toMatchObject(refusedGrant);
    },
  },
  'oidcc-codereuse-30seconds': {
    rule: 'a code that comes again half a minute later is refused, and what it gave is worth nothing any more',
    check: async (party) => {
      const { code, access } = await signIn(party);
      party.scene.serving.clock.advance(30_000);
      expect((await userInfo(party, access)).status).toBe(200);
      expect(await trade(party, code)).toMatchObject(refusedGrant);
      expect((await userInfo(party, access)).status).toBe(401);
    },
  },
  'oidcc-refresh-token': {
    rule: 'a refresh token brings an ID token of the same sign-in, and is worth nothing to another party',
    check: async (party) => {
      const request = { scope: 'openid offline_access', prompt: 'consent' };
      const { refresh, claims } = await signIn(party, { request });
      const fields = { grant_type: 'refresh_token', refresh_token: refresh };
      const stranger = await knownParty(party.scene);
      expect(await askTokens(stranger, fields)).toMatchObject(refusedGrant);
      const { json } = await askTokens(party, fields);
      const { iss, sub, aud, auth_time } = claims;
      const next = await provenIdToken(party, String(json['id_token']));
      expect(next).toMatchObject({ iss, sub, aud, auth_time });
      const { status } = await get(endpoint(party, 'userinfo'), {
        authorization: `Bearer ${String(json['access_token'])}`,
      });
      expect(status).toBe(200);
    },
  },
};
