/**
 * One call for each row of the route table that its row accepts: an address, a query, a body. Tests that go through
 * the table start from these and spoil one thing at a time.
 */
import * as v from 'valibot';
import type { Route } from '../../../packages/server/src/http/route.ts';
import { administrator, apiKey, type Person, person } from '../../journeys/cast.ts';
import { type Serving, type ServingOptions, serveHandler } from '../../kit/serving.ts';
import { goodPassword, type Said, visit } from '../../kit/visitor.ts';

/** A server with one of everything that a path can name. */
export interface World {
  readonly serving: Serving;
  /** Holds every permission; signed in by cookie. */
  readonly admin: Person;
  /** Somebody without roles, who owns what the paths name. */
  readonly owner: Person;
  /** What to put for `:name` and `:id`, by the path of the row. */
  readonly named: Readonly<Record<string, string>>;
}

/** Makes the world. */
export async function makeWorld(options: ServingOptions = {}): Promise<World> {
  const serving = await serveHandler({ lightHashing: true, ...options });
  const admin = await administrator(serving, 'root');
  const owner = await person(serving, 'ada');
  await admin.ask('PUT', '/api/v1/admin/roles/reader', { body: { permissions: ['reports:read'] } });
  const key = await apiKey(owner, ['account:read']);
  const client = await admin.ask('POST', '/api/v1/admin/clients', {
    body: { name: 'Books', redirect_uris: ['https://books.example/callback'] },
  });
  const refused = await visit(serving).ask('GET', '/api/v1/session');
  const named = {
    '/api/v1/account/sessions/:id': owner.session,
    '/api/v1/account/api-keys/:id': key.id,
    '/api/v1/admin/roles/:name': 'reader',
    '/api/v1/admin/clients/:id': String(client.json['id']),
    '/api/v1/admin/clients/:id/secrets': String(client.json['id']),
    '/api/v1/admin/decisions/:id': String(refused.json['decision']),
    '/assets/:name': 'style.css',
  };
  return { serving, admin, owner, named };
}

/** How a row is spoken of. */
export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

/** The path of a row with everything named; `id` stands for what the world does not name. */
export const pathOf = ({ path }: Pick<Route, 'path'>, named: World['named'], id: string): string =>
  path.replace(/:[a-z]+/, named[path] ?? id);

/** A credential of either ceremony, as a browser writes it. */
const credential = {
  id: 'AQID',
  rawId: 'AQID',
  type: 'public-key',
  response: { clientDataJSON: 'e30', attestationObject: 'oA', authenticatorData: 'AA', signature: 'AA' },
};

/** Values that fields accept, by name. */
const samples: Readonly<Record<string, unknown>> = {
  email: 'new.one@example.com',
  username: 'new-one',
  name: 'New One',
  password: goodPassword,
  current_password: goodPassword,
  new_password: 'nine loud geese argue',
  identifier: 'ada@example.com',
  carrier: 'opaque',
  client_name: 'a test',
  refresh_token: 'dw_rt_none',
  token: 'dw_at_none',
  ticket: 'dw_ma_none',
  screen: 'BCD-FGH',
  attempt: '019d0000-0000-7000-8000-000000000000',
  code: '123456',
  scopes: ['account:read'],
  expires_in: 3600,
  status: 'active',
  roles: [],
  permissions: ['reports:read'],
  force: true,
  stolen: false,
  link: 'dw_su_none',
  application: 'web',
  authentication: 'client_secret_basic',
  redirect_uris: ['https://app.example/callback'],
  post_logout_redirect_uris: ['https://app.example/'],
  grant_types: ['authorization_code', 'refresh_token'],
  first_party: false,
  require_pkce: true,
  require_pushed_requests: false,
  dpop_bound: false,
  access_token_format: 'opaque',
  id_token_algorithm: 'EdDSA',
  claims_in_id_token: false,
  subject_type: 'pairwise',
  sector_identifier_uri: null,
  jwks: null,
  jwks_uri: 'https://app.example/jwks.json',
  assertion_algorithm: 'ES256',
  backchannel_logout_uri: 'https://app.example/signed-out',
  default_max_age: 3600,
  default_acr_values: ['urn:doorward:acr:one-factor'],
  contacts: ['people@app.example'],
  client_uri: 'https://app.example/',
  logo_uri: 'https://app.example/logo.png',
  policy_uri: 'https://app.example/policy',
  tos_uri: 'https://app.example/terms',
  overlap: 60,
  algorithm: 'EdDSA',
  id_token_hint: 'a.b.c',
  client_id: 'nobody',
  post_logout_redirect_uri: 'https://app.example/',
  state: 'a state',
  ui_locales: 'de',
  authorization: 'dw_ar_none',
  next: '/account',
  provider: 'nobody',
  account: '',
  decision: 'allow',
  shown: 'openid',
  user_code: 'BCDF-GHJK',
  language: 'de',
  back: '/docs',
  ceremony: 'c2VhbGVk',
  credential,
  passkey: { ceremony: 'c2VhbGVk', credential },
  totp: '000000',
  recovery_code: 'abcd-efgh-jkmn-pqrs',
  remember: 'yes',
  passkey_answer: '{}',
  keep_account: true,
  remember_device: true,
  enrolment: '01890000-0000-7000-8000-000000000001',
  requires: 'second-factor',
  factor: '019d0000-0000-7000-8000-000000000000',
  session: '019d0000-0000-7000-8000-000000000000',
  client: '019d0000-0000-7000-8000-000000000000',
  identity: '019d0000-0000-7000-8000-000000000000',
  key: '019d0000-0000-7000-8000-000000000000',
  scope: 'account:read',
  days: '90',
  understood: 'yes',
  browser: '019d0000-0000-7000-8000-000000000000',
};

/** The names of the fields of a body or query. */
export const fieldsOf = (schema: Route['body']): readonly string[] =>
  schema && 'entries' in schema ? Object.keys(schema.entries as object) : [];

/** Whether a field of a row's body may be null: then null means that there is none, and is no wrong type. */
export function takesNull(schema: Route['body'], field: string): boolean {
  const entries = schema && 'entries' in schema ? (schema.entries as Record<string, v.GenericSchema>) : {};
  const entry = entries[field];
  return entry !== undefined && v.safeParse(entry, null).success;
}

/**
 * A body that the row's schema accepts, every field given; undefined for a row without one. Parameters of OAuth are all text,
 * and none of them is believed.
 */
export function bodyOf(route: Pick<Route, 'body' | 'parameters'>): Record<string, unknown> | undefined {
  if (!route.body) return undefined;
  return Object.fromEntries(
    fieldsOf(route.body).map((field) => {
      if (route.parameters) return [field, 'x'];
      if (!Object.hasOwn(samples, field)) throw new Error(`no sample for the field ${field}`);
      return [field, samples[field]];
    }),
  );
}

/** A body as the text of a form. */
export const formText = (body: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(Object.entries(body).map(([name, value]) => [name, String(value)])).toString();

/** A body as the row wants it: JSON, or a form. */
export function said(route: Pick<Route, 'form'>, body: Record<string, unknown> | undefined): Said {
  if (body === undefined) return {};
  if (!route.form) return { body };
  return {
    raw: formText(body),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  };
}

/** Whether a row refuses what it does not know. The standards of clients want it ignored (RFC 6749 §3.1, RFC 7591 §2). */
export const isStrict = ({ body, parameters }: Pick<Route, 'body' | 'parameters'>): boolean =>
  body?.type === 'strict_object' && !parameters;

/** The methods that change something. */
export const changes = ({ method }: Pick<Route, 'method'>): boolean => method !== 'GET';
