/**
 * The programs of the tests: clients of every kind, what they show at the endpoints, and the codes that people have given
 * them.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, randomUUID, sign } from 'node:crypto';
import { uuidv7 } from '../../../packages/server/src/base/uuid.ts';
import type { Client } from '../../../packages/server/src/domain/clients/client.ts';
import type { Code, CodeDetails } from '../../../packages/server/src/domain/oauth/code.ts';
import type { DeviceAuthorization } from '../../../packages/server/src/domain/oauth/device-authorization.ts';
import type { Proof } from '../../../packages/server/src/domain/oauth/proof.ts';
import { rememberConsent } from '../../../packages/server/src/domain/oauth/remember-consent.ts';
import type { Transaction } from '../../../packages/server/src/domain/store.ts';
import { callback, makeClient, type TestClient } from '../../kit/clients.ts';
import type { Serving } from '../../kit/serving.ts';
import { type Answer, visit } from '../../kit/visitor.ts';

/** A confidential web client that may use every grant, unless told otherwise. */
export const program = (serving: Serving, changes: Partial<Client> = {}): Promise<TestClient> =>
  makeClient(serving, {
    authentication: 'client_secret_basic',
    grantTypes: ['authorization_code', 'refresh_token', 'client_credentials', deviceGrant],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'reports:read', 'reports:write'],
    firstParty: false,
    ...changes,
  });

/** A verifier and its challenge (RFC 7636 §4). */
export function pkce(): { readonly verifier: string; readonly challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** A code as the authorization endpoint gives it, for somebody's session. */
export async function codeFor(
  serving: Serving,
  { id: clientId }: Pick<TestClient, 'id'>,
  { session: sessionId, ...details }: Partial<CodeDetails> & { readonly session: string },
): Promise<string> {
  const { store, clock, handles } = serving.assembly.ports;
  const handle = handles.mint('code', uuidv7(clock.now()));
  await store.transact(async (tx) => {
    const code = {
      id: handle.locator,
      digest: handle.digest,
      clientId,
      sessionId,
      redirectUri: callback,
      redirectUriWasGiven: true,
      codeChallenge: '',
      scopes: ['openid', 'offline_access', 'reports:read', 'reports:write'],
      nonce: '',
      resources: [],
      claims: '',
      dpopThumbprint: '',
      expiresAt: clock.now() + 60_000,
      ...details,
    };
    const grantedAt = await grantedFor(tx, clock.now(), code);
    await tx.codes.insert({ ...code, grantedAt, ...(await provenFor(tx, sessionId)) });
  });
  return handle.text;
}

/** What the session states now, as the endpoints keep it. */
async function provenFor(tx: Transaction, sessionId: string): Promise<Proof> {
  const { provenAt = 0, amr = '' } = (await tx.sessions.find(sessionId)) ?? {};
  return { provenAt, amr };
}

/** Remembers that the account behind the session allowed all of it, as the endpoints do. Returns when that grant began. */
async function grantedFor(
  tx: Transaction,
  now: number,
  asked: Pick<Code, 'clientId' | 'sessionId' | 'scopes' | 'resources'>,
): Promise<number> {
  const client = await tx.clients.find(asked.clientId);
  const session = await tx.sessions.find(asked.sessionId);
  if (!client || !session) return 0;
  return rememberConsent(tx, now, { client, session, asked, network: '' });
}

/** A device that waits, as its endpoint makes it; what stands in it may be said otherwise. */
export async function deviceFor(
  serving: Serving,
  { id: clientId }: Pick<TestClient, 'id'>,
  changes: Partial<DeviceAuthorization> = {},
): Promise<{ readonly id: string; readonly code: string }> {
  const { store, clock, handles } = serving.assembly.ports;
  const now = clock.now();
  const { locator: id, digest, text: code } = handles.mint('device', uuidv7(now));
  const device: DeviceAuthorization = {
    id,
    digest,
    userCode: id.slice(-9),
    clientId,
    scopes: ['openid', 'reports:read'],
    resources: [],
    status: 'pending',
    sessionId: '',
    intervalSeconds: 5,
    polledAt: 0,
    createdAt: now,
    expiresAt: now + 600_000,
    grantedAt: 0,
    provenAt: 0,
    amr: '',
    ...changes,
  };
  const isNew = await store.transact(async (tx) => {
    const grantedAt = device.status === 'allowed' ? await grantedFor(tx, now, device) : 0;
    return tx.deviceAuthorizations.insert({
      ...device,
      grantedAt,
      ...(await provenFor(tx, device.sessionId)),
    });
  });
  if (!isNew) throw new Error('taken');
  return { id, code };
}

/** Allows what a device asks for, as the person behind a session. */
export const allowDevice = ({ assembly }: Serving, id: string, sessionId: string): Promise<void> => {
  const { store, clock } = assembly.ports;
  return store.transact(async (tx) => {
    const device = await tx.deviceAuthorizations.find(id);
    if (!device) throw new Error('no such device');
    const now = clock.now();
    const grantedAt = await grantedFor(tx, now, { ...device, sessionId });
    const proof = await provenFor(tx, sessionId);
    await tx.deviceAuthorizations.decide({ id, status: 'allowed', sessionId, grantedAt, ...proof, now });
  });
};

/** The grant type of devices. */
export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** The `Authorization` header of a client with a secret (RFC 6749 §2.3.1). */
export const basic = ({ id, secret }: Pick<TestClient, 'id' | 'secret'>): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;

/** The text of a form. Several values of a name are sent one after another. */
export const form = (fields: Readonly<Record<string, string | readonly string[]>>): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      (typeof value === 'string' ? [value] : value).map((one) => [name, one]),
    ),
  ).toString();

/** What is posted to an endpoint. */
export interface Posted {
  readonly fields: Readonly<Record<string, string | readonly string[]>> | string;
  /** Shows the secret of this client by Basic. */
  readonly as?: Pick<TestClient, 'id' | 'secret'>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Posts a form as a program does, without cookies and origin. */
export const post = (serving: Serving, path: string, { fields, as, headers }: Posted): Promise<Answer> =>
  visit(serving, { program: true }).ask('POST', path, {
    raw: typeof fields === 'string' ? fields : form(fields),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(as ? { authorization: basic(as) } : {}),
      ...headers,
    },
  });

/** Asks the token endpoint. */
export const askTokens = (serving: Serving, posted: Posted): Promise<Answer> =>
  post(serving, '/oauth/token', posted);

/** A key pair of a client. */
export interface ClientKey {
  readonly jwk: Readonly<Record<string, string>>;
  readonly privateKey: KeyObject;
  /** RFC 7638. */
  readonly thumbprint: string;
}

/** Makes an ES256 key. */
export function clientKey(): ClientKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { crv = '', kty = '', x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { jwk: { crv, kty, x, y }, privateKey, thumbprint };
}

/** A compact JWS by ES256 over any header and claims. */
export function signed(key: Pick<ClientKey, 'privateKey'>, header: object, claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'ES256', ...header })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** Seconds since 1970, by the clock of the server. */
export const seconds = ({ clock }: Pick<Serving, 'clock'>): number => Math.floor(clock.now() / 1000);

/** The fields of `private_key_jwt` (RFC 7523 §2.2); claims of the assertion may be said otherwise. */
export const asserted = (
  serving: Serving,
  { id, key }: { readonly id: string; readonly key: ClientKey },
  { header = {}, ...claims }: { readonly header?: object; readonly [claim: string]: unknown } = {},
): Readonly<Record<string, string>> => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: signed(key, header, {
    iss: id,
    sub: id,
    aud: serving.origin,
    jti: randomUUID(),
    iat: seconds(serving),
    exp: seconds(serving) + 60,
    ...claims,
  }),
});

/** A proof for the token endpoint (RFC 9449 §4.2); claims may be said otherwise. */
export const proof = (
  serving: Serving,
  key: ClientKey,
  { header = {}, ...claims }: { readonly header?: object; readonly [claim: string]: unknown } = {},
): string =>
  signed(
    key,
    { typ: 'dpop+jwt', jwk: key.jwk, ...header },
    {
      jti: randomUUID(),
      htm: 'POST',
      htu: `${serving.origin}/oauth/token`,
      iat: seconds(serving),
      ...claims,
    },
  );

/** The claims of a JWT, nothing of it checked. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
