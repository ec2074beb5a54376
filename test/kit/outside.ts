/**
 * Outside providers of the tests: a small one that says whatever a test wants, and how a browser goes through any of them.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GivenSettings } from '../../packages/server/src/program/configuration/configuration.ts';
import { listening } from '../journeys/guard/listening.ts';
import type { Serving } from './serving.ts';
import type { Answer, Visitor } from './visitor.ts';

/** What the small provider says and does; a test changes what it likes. */
export interface Behaviour {
  /** Laid over the claims of a right ID token; undefined leaves a claim out. */
  claims: Readonly<Record<string, unknown>>;
  /** Makes the text of the ID token; signed by ES256 unless given. */
  token?: ((claims: object) => string) | undefined;
  /** Answers at the token endpoint instead. */
  answer?: ((response: ServerResponse) => void) | undefined;
}

/** The small provider. */
export interface SmallProvider {
  readonly issuer: string;
  readonly key: KeyObject;
  readonly behaviour: Behaviour;
  /** What somebody's consent there leads back with, as a query. */
  consent(location: string): URLSearchParams;
  close(): Promise<void>;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A compact JWS by ES256. */
export function signedToken(
  key: KeyObject,
  claims: object,
  header: object = { alg: 'ES256', kid: 'one' },
): string {
  const text = `${part(header)}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

/** A token without a signature. */
export const unsignedToken = (claims: object): string => `${part({ alg: 'none' })}.${part(claims)}.`;

/** What a code stands for. */
interface Consent {
  readonly nonce: string;
  readonly challenge: string;
}

/** Starts the small provider on a free port. */
export async function smallProvider(): Promise<SmallProvider> {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const behaviour: Behaviour = { claims: {} };
  const codes = new Map<string, Consent>();
  const server = createServer((request, response) => void serve(request, response));
  const { origin: issuer, close } = await listening(server);
  const documents: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': metadataOf(issuer),
    '/jwks': { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }] },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '' } = request;
    if (url !== '/token')
      return sendJson(response, documents[url] ?? {}, Object.hasOwn(documents, url) ? 200 : 404);
    const consent = consentOf(new URLSearchParams(await textOf(request)), codes);
    if (!consent) return sendJson(response, { error: 'invalid_grant' }, 400);
    if (behaviour.answer) return behaviour.answer(response);
    const now = Math.floor(Date.now() / 1000);
    const right = { iss: issuer, aud: 'doorward', sub: 'ada', iat: now, exp: now + 60, nonce: consent.nonce };
    const claims = { ...right, ...behaviour.claims };
    const idToken = behaviour.token?.(claims) ?? signedToken(key, claims);
    const tokens = { access_token: 'opaque', token_type: 'Bearer', expires_in: 60, id_token: idToken };
    return sendJson(response, tokens);
  }

  const consent = (location: string): URLSearchParams => {
    const asked = new URL(location).searchParams;
    const code = randomUUID();
    codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
    return new URLSearchParams({ code, state: asked.get('state') ?? '' });
  };
  return { issuer, key, behaviour, consent, close };
}

const metadataOf = (issuer: string): object => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  id_token_signing_alg_values_supported: ['ES256'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
});

const sendJson = (response: ServerResponse, value: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A code is good once, for whoever knows its verifier and the secret of the client. */
function consentOf(form: URLSearchParams, codes: Map<string, Consent>): Consent | undefined {
  const code = form.get('code') ?? '';
  const consent = codes.get(code);
  codes.delete(code);
  const challenge = createHash('sha256')
    .update(form.get('code_verifier') ?? '')
    .digest('base64url');
  return consent?.challenge === challenge && form.get('client_secret') === clientSecret ? consent : undefined;
}

/** The secret that every provider here gives the server under test. */
export const clientSecret = 'a secret among programs';

/** Starts a server that knows providers, each by its name and what its entry says beside it. */
export async function serveWith(
  providers: Readonly<Record<string, { readonly issuer: string; readonly preset?: string }>>,
  start: (settings: GivenSettings) => Promise<Serving>,
): Promise<Serving> {
  const folder = await mkdtemp(join(tmpdir(), 'doorward-providers-'));
  const entries = Object.entries(providers).map(([name, { issuer, preset }]) => ({
    name,
    clientId: 'doorward',
    clientSecretFile: 'secret',
    issuer,
    preset,
  }));
  const path = join(folder, 'providers.json');
  await writeFile(join(folder, 'secret'), `${clientSecret}\n`);
  await writeFile(path, JSON.stringify(entries));
  const outgoingAllow = Object.values(providers).map(({ issuer }) => new URL(issuer).host);
  try {
    return await start({ providers: path, outgoingAllow });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Presses the button of a provider, and tells where that leads. */
export async function pressButton(
  visitor: Visitor,
  provider: string,
  hidden: Readonly<Record<string, string>> = { next: '/docs' },
): Promise<Answer & { readonly location: string }> {
  const answer = await visitor.ask('POST', `/sign-in/with/${provider}`, {
    raw: new URLSearchParams(hidden).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  return { ...answer, location: answer.headers.get('location') ?? '' };
}

/** Comes back from a provider with its answer. */
export const comeBack = (visitor: Visitor, provider: string, answer: URLSearchParams): Promise<Answer> =>
  visitor.ask('GET', `/sign-in/from/${provider}?${answer.toString()}`);

/** The whole way: button, consent there, and back. */
export async function signInWith(visitor: Visitor, name: string, provider: SmallProvider): Promise<Answer> {
  const { location } = await pressButton(visitor, name);
  return comeBack(visitor, name, provider.consent(location));
}
