/** What the plans want of the discovery document (OpenID Connect Discovery §3, §4.2). */
import { expect } from 'vitest';
import { discover, get, type Party } from './party.ts';

/** Members that a provider must have, or should. */
const wanted = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'jwks_uri',
  'scopes_supported',
  'response_types_supported',
  'response_modes_supported',
  'grant_types_supported',
  'subject_types_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
  'claims_supported',
  'claims_parameter_supported',
  'request_parameter_supported',
  'request_uri_parameter_supported',
];

/** The document stands where it belongs, names its own issuer, has what it must have, and leads to https alone. */
export async function verifiesDiscovery({ scene }: Pick<Party, 'scene'>): Promise<void> {
  const document = await discover(scene);
  expect(document['issuer']).toBe(scene.serving.origin);
  expect(wanted.filter((name) => !Object.hasOwn(document, name))).toEqual([]);
  for (const [name, value] of Object.entries(document))
    if (/_(?:endpoint|uri)$/.test(name))
      expect([name, new URL(String(value)).origin]).toEqual([name, scene.serving.origin]);
  expect(document['response_types_supported']).toContain('code');
  expect(document['scopes_supported']).toContain('openid');
  expect(document['id_token_signing_alg_values_supported']).toContain('RS256');
  const { status, json } = await get(String(document['jwks_uri']));
  const keys = json['keys'] as readonly Readonly<Record<string, unknown>>[];
  expect([status, keys.length > 0]).toEqual([200, true]);
  expect(keys.filter((key) => 'd' in key || 'k' in key || typeof key['kid'] !== 'string')).toEqual([]);
}

/** Each of these members is true, or leads to https. */
export const announces =
  (...names: readonly string[]) =>
  async ({ metadata }: Pick<Party, 'metadata'>): Promise<void> => {
    for (const name of names) {
      const value = metadata[name];
      const isGood = value === true || (typeof value === 'string' && value.startsWith('https://'));
      expect([name, isGood]).toEqual([name, true]);
    }
  };
