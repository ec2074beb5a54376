/** Parties that register themselves (OpenID Connect Registration §3), by a secret or by keys of their own. */
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect } from 'vitest';
import { byHeader, discover, type Party, type Proof, postJson, redirectUriAt, type Told } from './party.ts';
import type { Scene } from './proxy.ts';

/** What the suite says of itself when it registers; members may be said otherwise. */
export async function register(scene: Scene, members: Readonly<Record<string, unknown>> = {}): Promise<Told> {
  const metadata = await discover(scene);
  return postJson(String(metadata['registration_endpoint']), {
    client_name: `a party ${randomUUID()}`,
    redirect_uris: [redirectUriAt(scene)],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    contacts: ['party@example.com'],
    ...members,
  });
}

/** A party that has registered itself. */
export async function newParty(
  scene: Scene,
  { key, ...members }: Readonly<Record<string, unknown>> & { readonly key?: PartyKey } = {},
): Promise<Party> {
  const { status, json } = await register(scene, members);
  expect(status, JSON.stringify(json)).toBe(201);
  const clientId = String(json['client_id']);
  const [redirectUri = ''] = json['redirect_uris'] as readonly string[];
  const proof = key ? byKey(scene, clientId, key) : byHeader(clientId, String(json['client_secret']));
  return { scene, metadata: await discover(scene), clientId, redirectUri, proof, responseMode: 'query' };
}

/** A key of a party: the one it signs with now stands at `jwks_uri`. */
export interface PartyKey {
  /** Puts a new key, with a new name, in the place of the one before. */
  rotate(): void;
  current(): { readonly kid: string; readonly privateKey: KeyObject };
  readonly jwksUri: string;
}

/** Publishes a key at the site of the application. */
export function publishedKey({ site }: Scene): PartyKey {
  const path = `/jwks/${randomUUID()}`;
  const make = () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const kid = randomUUID();
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' };
    site.documents.set(path, { keys: [jwk] });
    return { kid, privateKey };
  };
  let held = make();
  return {
    rotate: () => {
      held = make();
    },
    current: () => held,
    jwksUri: site.origin + path,
  };
}

/** `private_key_jwt`, the issuer as the audience (OpenID Connect Core §9). */
const byKey =
  ({ serving }: Scene, clientId: string, key: PartyKey): Proof =>
  async () => {
    const { kid, privateKey } = key.current();
    const now = Math.floor(serving.clock.now() / 1000);
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(serving.origin)
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .sign(privateKey);
    return {
      fields: {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      },
    };
  };
