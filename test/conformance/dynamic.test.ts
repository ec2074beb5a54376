import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rotateKeys } from '../../packages/server/src/domain/keys/rotate-keys.ts';
import { follow } from '../kit/clients.ts';
import { headerIn } from '../kit/tokens.ts';
import { signIn as signInAt, signUp, visit } from '../kit/visitor.ts';
import { verifiesDiscovery } from './discovery.ts';
import {
  ask,
  askTokens,
  keysOf,
  type Party,
  provenIdToken,
  redirectUriAt,
  requestAddress,
  signIn,
} from './party.ts';
import type { Modules } from './plans.ts';
import { openScene, type Scene } from './proxy.ts';
import { newParty, publishedKey, register } from './registered.ts';

/** Registering like this is refused. */
const isRefused = (members: Readonly<Record<string, unknown>>, error: string) => async (scene: Scene) => {
  const answer = await register(scene, members);
  expect([answer.status, answer.json['error']]).toEqual([400, error]);
};

/** A party that is registered like this gets tokens. */
const getsTokens =
  (members: Readonly<Record<string, unknown>> = {}) =>
  async (scene: Scene) => {
    await signIn(await newParty(scene, members));
  };

/** A request with another address than a registered one ends before the person. */
const staysHere = (registered: string, asked: string | undefined) => async (scene: Scene) => {
  const party = await newParty(scene, { redirect_uris: [redirectUriAt(scene) + registered] });
  const redirect_uri = asked === undefined ? undefined : redirectUriAt(scene) + asked;
  const { fields, arrival } = await ask(party, { redirect_uri });
  expect([fields, arrival.answer?.status]).toEqual([undefined, 400]);
};

/** The page on which a person allows a party what it asks for. */
async function consentPage(party: Party) {
  const browser = visit(party.scene.serving);
  await signInAt(browser, 'ada@example.com');
  const { pathname, search } = requestAddress(party);
  return follow(browser, await browser.ask('GET', pathname + search, { headers: { accept: 'text/html' } }));
}

const showsLink = (member: string) => async (scene: Scene) => {
  const address = 'https://party.example/read?it=1';
  const { status, text } = await consentPage(await newParty(scene, { [member]: address }));
  expect([status, text.includes(`href="${address}"`)]).toEqual([200, true]);
};

const byKeys = async (scene: Scene) => {
  const key = publishedKey(scene);
  const members = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: key.jwksUri };
  return { key, party: await newParty(scene, { ...members, key }) };
};

const refusesRequestUri = async (scene: Scene) => {
  const party = await newParty(scene);
  expect(party.metadata['request_uri_parameter_supported']).toBe(false);
  const { fields } = await ask(party, { request_uri: `${scene.site.origin}/request.jwt` });
  expect(fields).toMatchObject({ error: 'request_uri_not_supported' });
};

const refreshed = async (party: Party, before: () => void = () => undefined) => {
  const { refresh, claims } = await signIn(party, { request: { scope: 'openid offline_access' } });
  before();
  const { status, json } = await askTokens(party, { grant_type: 'refresh_token', refresh_token: refresh });
  expect(status, JSON.stringify(json)).toBe(200);
  expect((await provenIdToken(party, String(json['id_token']))).sub).toBe(claims.sub);
};

const pairwise = (scene: Scene, path: string, list: readonly string[]) => {
  scene.site.documents.set(path, list);
  return { subject_type: 'pairwise', sector_identifier_uri: scene.site.origin + path };
};

const modules: Modules<'oidcc-dynamic-certification-test-plan', Scene> = {
  'oidcc-discovery-endpoint-verification': {
    rule: 'discovery tells where to register',
    check: async (scene) => verifiesDiscovery(await newParty(scene)),
  },
  'oidcc-server': { rule: 'a party that has just registered signs a person in', check: getsTokens() },
  'oidcc-idtoken-rs256': {
    rule: 'a party that asks for RS256 gets ID tokens by RS256',
    check: async (scene) => {
      const party = await newParty(scene, { id_token_signed_response_alg: 'RS256' });
      expect(headerIn((await signIn(party)).idToken)['alg']).toBe('RS256');
    },
  },
  'oidcc-idtoken-unsigned': {
    rule: 'nobody registers for unsigned ID tokens',
    check: isRefused({ id_token_signed_response_alg: 'none' }, 'invalid_client_metadata'),
  },
  'oidcc-userinfo-rs256': {
    rule: 'signed answers of UserInfo are not offered, and nobody registers for them',
    check: async (scene) => {
      expect((await newParty(scene)).metadata).not.toHaveProperty('userinfo_signing_alg_values_supported');
      await isRefused({ userinfo_signed_response_alg: 'RS256' }, 'invalid_client_metadata')(scene);
    },
  },
  'oidcc-redirect-uri-query-OK': {
    rule: 'the query of a registered address is kept beside the answer',
    check: async (scene) => {
      const party = await newParty(scene, { redirect_uris: [`${redirectUriAt(scene)}?foo=bar`] });
      expect((await signIn(party)).fields).toMatchObject({ foo: 'bar' });
    },
  },
  'oidcc-redirect-uri-query-mismatch': {
    rule: 'another query than the registered one is another address',
    check: staysHere('?foo=bar', '?foo=baz'),
  },
  'oidcc-redirect-uri-query-added': {
    rule: 'a query added to the registered address makes it another one',
    check: staysHere('', '?foo=bar'),
  },
  'oidcc-redirect-uri-regfrag': {
    rule: 'an address with a fragment is not registered',
    check: async (scene) =>
      isRefused({ redirect_uris: [`${redirectUriAt(scene)}#foobar`] }, 'invalid_redirect_uri')(scene),
  },
  'oidcc-ensure-redirect-uri-in-authorization-request': {
    rule: 'an OpenID request names its address',
    check: staysHere('', undefined),
  },
  'oidcc-registration-logo-uri': {
    rule: 'a party may name a logo; the pages load nothing from elsewhere',
    check: async (scene) => {
      const { status, text, headers } = await consentPage(
        await newParty(scene, { logo_uri: 'https://party.example/logo.png' }),
      );
      expect([status, text.includes('logo.png')]).toEqual([200, false]);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  },
  'oidcc-registration-policy-uri': { rule: 'the privacy policy can be read', check: showsLink('policy_uri') },
  'oidcc-registration-tos-uri': { rule: 'the terms can be read', check: showsLink('tos_uri') },
  'oidcc-registration-jwks-uri': {
    rule: 'a party proves itself by keys at the address that it registered',
    check: async (scene) => {
      await signIn((await byKeys(scene)).party);
    },
  },
  'oidcc-registration-sector-uri': {
    rule: 'a sector is registered by a list that names every address',
    check: async (scene) =>
      getsTokens(pairwise(scene, '/sector', [redirectUriAt(scene), 'https://other.example/callback']))(scene),
  },
  'oidcc-registration-sector-bad': {
    rule: 'a list that does not name every address makes no sector',
    check: async (scene) =>
      isRefused(pairwise(scene, '/bad', ['https://other.example/']), 'invalid_client_metadata')(scene),
  },
  'oidcc-request-uri-unsigned': { rule: 'request_uri is refused as metadata says', check: refusesRequestUri },
  'oidcc-request-uri-signed-rs256': {
    rule: 'a signed request object at an address is not fetched either',
    check: refusesRequestUri,
  },
  'oidcc-ensure-request-object-with-redirect-uri': {
    rule: 'a request object names no address',
    check: async (scene) => {
      const { fields } = await ask(await newParty(scene), { request: 'e30.e30.' });
      expect(fields).toMatchObject({ error: 'request_not_supported' });
    },
  },
  'oidcc-refresh-token': {
    rule: 'a party that registers for refresh tokens gets and uses them',
    check: async (scene) => refreshed(await newParty(scene)),
  },
  'oidcc-refresh-token-rp-key-rotation': {
    rule: 'a party that has changed its key refreshes by the new one',
    check: async (scene) => {
      const { party, key } = await byKeys(scene);
      await refreshed(party, () => {
        key.rotate();
        scene.serving.clock.advance(60_000);
      });
    },
  },
  'oidcc-ensure-client-assertion-with-iss-aud-succeeds': {
    rule: 'the issuer is the audience of an assertion',
    check: async (scene) => refreshed((await byKeys(scene)).party),
  },
  'oidcc-server-rotate-keys': {
    rule: 'a rotation publishes another key beside the one before, and ID tokens are signed by it',
    check: async (scene) => {
      const party = await newParty(scene);
      const names = async () => (await keysOf(party)).keys.map(({ kid }) => kid);
      const first = headerIn((await signIn(party)).idToken)['kid'];
      const { store, vault, settings, clock, keys } = scene.serving.assembly.ports;
      const life = { store, vault, settings, now: clock.now() };
      await rotateKeys(life, { actor: 'operator', force: true, algorithm: 'RS256' });
      await keys.reload();
      const second = headerIn((await signIn(party)).idToken)['kid'];
      expect(second).not.toBe(first);
      expect(await names()).toEqual(expect.arrayContaining([first, second]));
    },
  },
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ registration: 'open', registrationPkce: 'optional', signUpAttempts: 1000 });
  await signUp(visit(scene.serving), 'ada@example.com');
});
afterAll(() => scene.close());

describe('oidcc-dynamic-certification-test-plan', () => {
  for (const [name, { rule, check }] of Object.entries(modules))
    test(`${name}: ${rule}`, async () => {
      await expect(check(scene)).resolves.toBeUndefined();
    });
});
