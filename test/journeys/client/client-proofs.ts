/** Clients that prove themselves at an endpoint by every method and algorithm there is, to see which are taken. */
import type { Client } from '../../../packages/server/src/domain/clients/client.ts';
import { makeClient, type TestClient } from '../../kit/clients.ts';
import type { Serving } from '../../kit/serving.ts';
import { assertionBy, type ClientKey, makeKeys } from '../../kit/signing-keys.ts';
import { askAs } from '../../kit/tokens.ts';

/** What is sent where. */
interface Knock {
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A client that acts for itself, unless told otherwise. */
export const machine = (serving: Serving, changes: Partial<Client> = {}): Promise<TestClient> =>
  makeClient(serving, {
    authentication: 'client_secret_basic',
    grantTypes: ['client_credentials'],
    scopes: ['reports:read'],
    ...changes,
  });

/** Whether a client gets past its authentication; with a key where it has one. */
async function isProven(
  serving: Serving,
  client: TestClient,
  { path, fields, key }: Knock & { key?: ClientKey | undefined },
): Promise<boolean> {
  const now = serving.clock.now();
  const shown = key ? assertionBy(key, { clientId: client.id, issuer: serving.origin, now }) : {};
  const { status, json } = await askAs(serving, client, { path, fields: { ...fields, ...shown } });
  if (status !== 200 && status !== 400 && status !== 401) throw new Error(`${path} answered ${status}`);
  return json['error'] !== 'invalid_client';
}

/** The methods of proof that an endpoint takes. */
export async function goodMethods(serving: Serving, knock: Knock): Promise<string[]> {
  const good: string[] = [];
  for (const authentication of [
    'none',
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
  ] as const) {
    const key = authentication === 'private_key_jwt' ? makeKeys()[0] : undefined;
    const jwks = key && { keys: [key.jwk] };
    const client = await machine(serving, { authentication, jwks });
    if (await isProven(serving, client, { ...knock, key })) good.push(authentication);
  }
  return good;
}

/** The algorithms of client assertions that an endpoint takes. */
export async function goodAlgorithms(serving: Serving, knock: Knock): Promise<string[]> {
  const keys = makeKeys();
  const jwks = { keys: keys.map(({ jwk }) => jwk) };
  const client = await machine(serving, { authentication: 'private_key_jwt', jwks });
  const good: string[] = [];
  for (const key of keys) if (await isProven(serving, client, { ...knock, key })) good.push(key.algorithm);
  return good;
}
