/**
 * The relying party of the conformance modules: it does what the suite does, by discovery alone, and checks every ID token
 * that it gets as OpenID Connect Core §3.1.3.7 has it.
 */
import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { expect } from 'vitest';
import type { Client } from '../../packages/server/src/domain/clients/client.ts';
import { type Arrival, type Person, seatPerson } from '../interop/person.ts';
import { makeClient } from '../kit/clients.ts';
import type { Scene } from './proxy.ts';

/** Parameters or members of a form; undefined leaves one out. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** An answer in JSON. */
export interface Told {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
  /** The media type without its parameters. */
  readonly type: string;
}

/** What came of sending a person to the authorization endpoint. */
export interface Asked {
  readonly person: Person;
  /** Where the person has ended. */
  readonly arrival: Arrival;
  /** What the party was told at its redirect URI; undefined when the person stands before a page of the provider. */
  readonly fields: Readonly<Record<string, string>> | undefined;
}

/** A person who signed in, and the tokens that the party has for that. */
export interface SignedIn extends Asked {
  readonly code: string;
  readonly access: string;
  readonly refresh: string | undefined;
  readonly idToken: string;
  readonly claims: JWTPayload;
  readonly scope: string;
}

/** How a party proves itself: fields or headers of a request to an endpoint. */
export type Proof = (
  url: string,
) => Promise<{ readonly fields?: Fields; readonly headers?: Readonly<Record<string, string>> }>;

/** A registered party. */
export interface Party {
  readonly scene: Scene;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly proof: Proof;
  readonly responseMode: 'query' | 'form_post';
}

/** Reads the discovery document (OpenID Connect Discovery §4). */
export async function discover({ serving }: Scene): Promise<Readonly<Record<string, unknown>>> {
  const { status, json, type } = await get(`${serving.origin}/.well-known/openid-configuration`);
  expect([status, type]).toEqual([200, 'application/json']);
  return json;
}

/** Where a party is answered. */
export const redirectUriAt = ({ site }: Pick<Scene, 'site'>): string => `${site.origin}/callback`;

/** A party that the operator has registered: confidential, by RS256, and without PKCE, as the suite's own is. */
export async function knownParty(
  scene: Scene,
  { responseMode = 'query', ...changes }: Partial<Client> & Partial<Pick<Party, 'responseMode'>> = {},
): Promise<Party> {
  const redirectUri = redirectUriAt(scene);
  const { id, secret, authentication } = await makeClient(scene.serving, {
    authentication: 'client_secret_basic',
    firstParty: false,
    requirePkce: false,
    idTokenAlgorithm: 'RS256',
    redirectUris: [redirectUri],
    ...changes,
  });
  const proof = authentication === 'client_secret_post' ? byForm(id, secret) : byHeader(id, secret);
  return { scene, metadata: await discover(scene), clientId: id, redirectUri, proof, responseMode };
}

/** `client_secret_basic` (RFC 6749 §2.3.1). */
export const byHeader =
  (id: string, secret: string): Proof =>
  async () => ({
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
  });

/** `client_secret_post` (RFC 6749 §2.3.1). */
const byForm =
  (id: string, secret: string): Proof =>
  async () => ({ fields: { client_id: id, client_secret: secret } });

/** A person at a new browser. */
export const somebody = ({ serving }: Scene): Person => seatPerson(serving.origin);

/** The address of an endpoint. */
export const endpoint = ({ metadata }: Pick<Party, 'metadata'>, name: string): string =>
  String(metadata[`${name}_endpoint`]);

const present = (fields: Fields): [string, string][] =>
  Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);

/** The address that a party sends people to, its parameters in this order. */
export function requestAddress(party: Party, changes: Fields = {}): URL {
  const address = new URL(endpoint(party, 'authorization'));
  const asked: Fields = {
    client_id: party.clientId,
    redirect_uri: party.redirectUri,
    scope: 'openid',
    state: randomUUID(),
    nonce: randomUUID(),
    response_type: 'code',
    response_mode: party.responseMode === 'query' ? undefined : party.responseMode,
    ...changes,
  };
  address.search = new URLSearchParams(present(asked)).toString();
  return address;
}

/** Sends a person to the authorization endpoint. */
export const ask = (party: Party, changes: Fields = {}, person = somebody(party.scene)): Promise<Asked> =>
  askAt(party, requestAddress(party, changes), person);

/** Sends a person to an address, and reads what the party is told for it, in its own response mode. */
export async function askAt(party: Party, address: URL | Request, person: Person): Promise<Asked> {
  const arrival = await person.goTo(address);
  const { request, url } = arrival;
  const isBack = url.href.split('?', 1)[0] === party.redirectUri.split('?', 1)[0];
  if (!isBack) return { person, arrival, fields: undefined };
  if (party.responseMode === 'query')
    return { person, arrival, fields: Object.fromEntries(url.searchParams) };
  expect([request.method, url.href]).toEqual(['POST', party.redirectUri]);
  return { person, arrival, fields: Object.fromEntries(new URLSearchParams(await request.text())) };
}

/** What a party wants of a sign-in. */
export interface Wish {
  readonly request?: Fields;
  readonly person?: Person;
  /** Sent with the code (RFC 7636 §4.5). */
  readonly verifier?: string;
}

/** The whole way, from the authorization endpoint to tokens that were checked. */
export async function signIn(party: Party, { request = {}, person, verifier }: Wish = {}): Promise<SignedIn> {
  const address = requestAddress(party, request);
  const asked = await askAt(party, address, person ?? somebody(party.scene));
  return redeem(party, asked, { address, verifier });
}

/** Checks an answer (RFC 9207 §2.4) and trades its code. */
export async function redeem(
  party: Party,
  asked: Asked,
  { address, verifier }: { readonly address: URL; readonly verifier?: string | undefined },
): Promise<SignedIn> {
  const { code = '', state, iss } = asked.fields ?? {};
  const sent = address.searchParams;
  expect([state, iss], JSON.stringify(asked.fields)).toEqual([
    sent.get('state') ?? undefined,
    party.metadata['issuer'],
  ]);
  const { status, json, type } = await trade(party, code, verifier);
  expect([status, json['token_type'], type], JSON.stringify(json)).toEqual([
    200,
    'Bearer',
    'application/json',
  ]);
  const idToken = String(json['id_token']);
  const claims = await provenIdToken(party, idToken);
  expect(claims['nonce']).toBe(sent.get('nonce') ?? undefined);
  const refresh = json['refresh_token'];
  return {
    ...asked,
    code,
    access: String(json['access_token']),
    refresh: typeof refresh === 'string' ? refresh : undefined,
    idToken,
    claims,
    scope: String(json['scope']),
  };
}

/** Trades a code for tokens. */
export const trade = (party: Party, code: string, verifier?: string): Promise<Told> =>
  askTokens(party, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: party.redirectUri,
    code_verifier: verifier,
  });

/** Asks the token endpoint. */
export async function askTokens(party: Party, fields: Fields): Promise<Told> {
  const url = endpoint(party, 'token');
  const { fields: proven = {}, headers = {} } = await party.proof(url);
  return post(url, { ...fields, ...proven }, headers);
}

/** Asks UserInfo by GET, the token in the header. */
export const userInfo = (party: Party, access: string): Promise<Told> =>
  get(endpoint(party, 'userinfo'), { authorization: `Bearer ${access}` });

/** Reads JSON. */
export const get = (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Told> =>
  told(fetch(url, { headers }));

/** Posts a form. */
export const post = (
  url: string,
  fields: Fields,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> => told(fetch(url, { method: 'POST', headers, body: new URLSearchParams(present(fields)) }));

/** Posts JSON. */
export const postJson = (url: string, value: unknown): Promise<Told> =>
  told(
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    }),
  );

async function told(asked: Promise<Response>): Promise<Told> {
  const response = await asked;
  const text = await response.text();
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';', 1);
  const json = text === '' || !type.includes('json') ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, json, type };
}

/** The provider's public keys. */
export async function keysOf({ metadata }: Pick<Party, 'metadata'>): Promise<JSONWebKeySet> {
  const { json } = await get(String(metadata['jwks_uri']));
  return { keys: json['keys'] as JSONWebKeySet['keys'] };
}

/** The claims of an ID token, checked. */
export async function provenIdToken(party: Party, idToken: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(idToken, createLocalJWKSet(await keysOf(party)), {
    issuer: String(party.metadata['issuer']),
    audience: party.clientId,
    currentDate: new Date(party.scene.serving.clock.now()),
    requiredClaims: ['sub', 'exp', 'iat'],
  });
  return payload;
}
