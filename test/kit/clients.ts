/**
 * Clients for tests: written to the store as an operator's would be, and the requests that they make browsers bring.
 */
import { createHash } from 'node:crypto';
import { uuidv7 } from '../../packages/server/src/base/uuid.ts';
import type { Client } from '../../packages/server/src/domain/clients/client.ts';
import type { Serving } from './serving.ts';
import { type Answer, goodPassword, type Said, type Visitor } from './visitor.ts';

/** A client, its secret with it where it has one. */
export interface TestClient extends Client {
  /** Empty for a client without one. */
  readonly secret: string;
}

/** The redirect URI of test clients. */
export const callback = 'https://app.example/callback';

/** A client of the operator's own that runs in browsers, unless told otherwise. */
export async function makeClient(serving: Serving, changes: Partial<Client> = {}): Promise<TestClient> {
  const { store, handles, clock } = serving.assembly.ports;
  const now = clock.now();
  const client: Client = {
    id: uuidv7(now),
    name: 'Example App',
    status: 'active',
    madeBy: 'operator',
    application: 'web',
    authentication: 'none',
    redirectUris: [callback],
    postLogoutRedirectUris: [],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'reports:read'],
    firstParty: true,
    requirePkce: true,
    requirePushedRequests: false,
    dpopBound: false,
    accessTokenFormat: 'jwt',
    idTokenAlgorithm: 'EdDSA',
    subjectType: 'public',
    contacts: [],
    createdAt: now,
    updatedAt: now,
    ...changes,
  };
  const secret = handles.mint('client-secret', uuidv7(now));
  const row = {
    id: secret.locator,
    clientId: client.id,
    digest: secret.digest,
    createdAt: now,
    expiresAt: 0,
  };
  const hasSecret = client.authentication.startsWith('client_secret');
  await store.transact(async (tx) => {
    await tx.clients.insert(client);
    if (hasSecret) await tx.clientSecrets.rotate(row, { now, priorEndsAt: now });
  });
  return { ...client, secret: hasSecret ? secret.text : '' };
}

/** Replaces what was decided about a client. */
export async function changeClient(
  serving: Serving,
  { secret: _secret, ...client }: TestClient,
  changes: Partial<Client>,
): Promise<void> {
  await serving.assembly.ports.store.transact((tx) => tx.clients.update({ ...client, ...changes }));
}

/** The verifier of every request here, and its challenge (RFC 7636 §4.2). */
export const verifier = 'a-verifier-of-43-letters-at-least-0123456789';

/** Its S256 challenge. */
export const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Parameters of a request; undefined leaves one out. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** The parameters of a good request of a client, as a query or form. */
export const requestOf = (client: Pick<Client, 'id'>, changes: Parameters = {}): string => {
  const all: Parameters = {
    client_id: client.id,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid',
    state: 'a state',
    nonce: 'a nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...changes,
  };
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
};

/** Brings a request of a client to the authorization endpoint. */
export const authorizeAt = (
  browser: Visitor,
  client: Pick<Client, 'id'>,
  changes: Parameters = {},
): Promise<Answer> =>
  browser.ask('GET', `/oauth/authorize?${requestOf(client, changes)}`, { headers: { accept: 'text/html' } });

/** A form, as a page sends it. */
export const form = (fields: Readonly<Record<string, string>> | string): Said => ({
  raw: new URLSearchParams(fields).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
});

/** Where an answer leads; the address of nothing when it leads nowhere. */
export const leadsTo = (answer: Answer): URL =>
  new URL(answer.headers.get('location') ?? 'about:blank', 'http://localhost:3000');

/** The fields that a client is told in the query of its redirect URI. */
export const told = (answer: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(leadsTo(answer).searchParams);

/** The handle of the request that waits, from the address of the page that an answer leads to. */
export const waitingAt = (answer: Answer): string => leadsTo(answer).searchParams.get('authorization') ?? '';

/** Sends the sign-in form of a request that waits. */
export const signInFor = (browser: Visitor, authorization: string, identifier: string): Promise<Answer> =>
  browser.ask('POST', '/sign-in', form({ authorization, identifier, password: goodPassword }));

/** Goes where an answer leads on this server, as a browser does; stops at a page or at the address of a client. */
export async function follow(browser: Visitor, answer: Answer): Promise<Answer> {
  const location = answer.headers.get('location');
  if (location === null || !location.startsWith('/')) return answer;
  return follow(browser, await browser.ask('GET', location, { headers: { accept: 'text/html' } }));
}

/** What a button of our pages sends. */
export interface Decision {
  readonly authorization: string;
  readonly decision: 'allow' | 'refuse' | 'choose';
  /** Whom the page showed. */
  readonly account?: string;
}

/** Decides about a request that waits. */
export const decide = (browser: Visitor, decision: Decision): Promise<Answer> =>
  browser.ask('POST', '/consent', form({ ...decision }));

/** The first heading of a page; empty where there is none. */
export const headingOf = ({ text }: Answer): string =>
  (/<h1>([\s\S]*?)<\/h1>/.exec(text)?.[1] ?? '').replaceAll(/<[^>]*>/g, '');
