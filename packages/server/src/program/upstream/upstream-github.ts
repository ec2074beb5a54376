/**
 * Whom GitHub has proven. GitHub speaks OAuth without OpenID Connect: who somebody is stands at its API, by a number that
 * stays when they change their name there.
 */
import { type Configuration, fetchProtectedResource, type ServerMetadata } from 'openid-client';
import { fail } from '../../domain/failures.ts';
import type { OutsideAccount } from '../../domain/upstream/upstream.ts';
import { JsonFault, type JsonValue, parseJson } from '../../protocol/json.ts';
import type { ProviderSettings } from './providers.ts';
import { shown } from './upstream-openid.ts';

/** Where GitHub's endpoints are, or those of a GitHub Enterprise Server. */
export const githubEndpoints = (issuer: string): ServerMetadata => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/access_token`,
  token_endpoint_auth_methods_supported: ['client_secret_post'],
});

/** The account of an access token. Of its addresses the primary one counts, when GitHub has verified it. */
export async function githubAccount(
  configuration: Configuration,
  { issuer }: ProviderSettings,
  accessToken: string,
): Promise<OutsideAccount> {
  const { origin } = new URL(issuer);
  const api = origin === 'https://github.com' ? 'https://api.github.com' : `${origin}/api/v3`;
  const ask = async (path: string): Promise<JsonValue> => {
    const answer = await fetchProtectedResource(configuration, accessToken, new URL(`${api}${path}`), 'GET');
    return read(answer.status, await answer.text());
  };
  const person = members(await ask('/user'));
  const id = person['id'];
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id <= 0)
    throw fail('provider_refused', { detail: { check: 'subject' } });
  const addresses = await ask('/user/emails');
  const primary = (Array.isArray(addresses) ? addresses : [])
    .map(members)
    .find((address) => address['primary'] === true && address['verified'] === true);
  const label = shown(person['login'], 100);
  return {
    issuer,
    subject: String(id),
    name: shown(person['name'], 100) || label,
    email: shown(primary?.['email'], 254) || undefined,
    label,
  };
}

function read(status: number, text: string): JsonValue {
  if (status !== 200) throw fail('provider_unavailable', { detail: { check: 'status', status } });
  try {
    return parseJson(text);
  } catch (thrown) {
    if (thrown instanceof JsonFault) throw fail('provider_unavailable', { detail: { check: 'malformed' } });
    throw thrown;
  }
}

const members = (value: JsonValue): Readonly<Record<string, JsonValue | undefined>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue | undefined>>)
    : {};
