/**
 * The tokens of clients in tests: from a browser that is signed in to the answer of the token endpoint, and the claims in
 * what came.
 */
import { authorizeAt, form, type Parameters, type TestClient, told, verifier } from './clients.ts';
import type { Serving } from './serving.ts';
import { type Answer, type Said, type Visitor, visit } from './visitor.ts';

/** How a client proves itself beside a form: with its secret, where it has one. */
const provenBy = ({ id, authentication, secret }: TestClient): Said['headers'] =>
  authentication === 'client_secret_basic'
    ? { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }
    : {};

/** A form that a client sends to one of its endpoints. */
export async function askAs(
  serving: Serving,
  client: TestClient,
  { path, fields }: { path: string; fields: Readonly<Record<string, string>> },
): Promise<Answer> {
  const named = client.authentication === 'client_secret_basic' ? {} : { client_id: client.id };
  const posted = client.authentication === 'client_secret_post' ? { client_secret: client.secret } : {};
  const { raw, headers } = form({ ...named, ...posted, ...fields });
  return visit(serving, { program: true }).ask('POST', path, {
    raw: raw ?? '',
    headers: { ...headers, ...provenBy(client) },
  });
}

/** What a client got. */
export interface GivenTokens {
  readonly access: string;
  readonly refresh: string;
  readonly idToken: string;
  readonly answer: Answer;
}

/** Asks the token endpoint. Throws when it refuses. */
export async function tokensBy(
  serving: Serving,
  client: TestClient,
  fields: Readonly<Record<string, string>>,
): Promise<GivenTokens> {
  const answer = await askAs(serving, client, { path: '/oauth/token', fields });
  if (answer.status !== 200) throw new Error(`the token endpoint answered ${answer.status}: ${answer.text}`);
  const { access_token, refresh_token, id_token } = answer.json;
  return {
    access: String(access_token),
    refresh: String(refresh_token),
    idToken: String(id_token),
    answer,
  };
}

/** Goes from a browser that is signed in to tokens. Throws when anybody refuses. */
export async function tokensOf(
  serving: Serving,
  client: TestClient,
  { browser, request = {} }: { browser: Visitor; request?: Parameters },
): Promise<GivenTokens> {
  const answer = await authorizeAt(browser, client, request);
  const { code = '' } = told(answer);
  if (code === '') throw new Error(`the authorization endpoint answered ${answer.status}: ${answer.text}`);
  const [redirectUri = ''] = client.redirectUris;
  return tokensBy(serving, client, {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: request['redirect_uri'] ?? redirectUri,
  });
}

/** The claims of a token, its signature not looked at. */
export const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

/** The header of a token. */
export const headerIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>;
