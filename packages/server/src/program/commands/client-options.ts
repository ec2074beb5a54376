/** What may be said of a client on the command line: one table for making and for changing one. */
import { readFileSync } from 'node:fs';
import type { ClientChange } from '../../domain/clients/client-draft.ts';
import { JsonFault, parseJson } from '../../protocol/json.ts';
import { deviceGrant } from '../../protocol/oauth/token-request.ts';
import { CommandRefused, type Invocation } from './command.ts';

/** How a value is written. */
type Kind = 'text' | 'address' | 'addresses' | 'list' | 'answer' | 'seconds' | 'file';

const placeholders: Readonly<Record<Kind, string>> = {
  text: '<text>',
  address: '<url>',
  addresses: '<url...>',
  list: '<names>',
  answer: '<yes|no>',
  seconds: '<seconds>',
  file: '<file>',
};

const rows: readonly (readonly [flag: string, Kind, keyof ClientChange, sentence: string])[] = [
  ['redirect-uri', 'addresses', 'redirectUris', 'Where answers go, letter by letter.'],
  [
    'post-logout-redirect-uri',
    'addresses',
    'postLogoutRedirectUris',
    'Where people go after they signed out.',
  ],
  ['application', 'text', 'application', 'web (default), or native for programs that people install.'],
  [
    'authentication',
    'text',
    'authentication',
    'client_secret_basic (default for web), client_secret_post, private_key_jwt, or none (default for native).',
  ],
  [
    'grant-types',
    'list',
    'grantTypes',
    'Of authorization_code, refresh_token, client_credentials, device_code (default: the first two).',
  ],
  ['scopes', 'list', 'scopes', 'What it may ask for (default: openid,profile,email,offline_access).'],
  ['first-party', 'answer', 'firstParty', 'It is your own: nobody is asked for consent (default: no).'],
  ['pkce', 'answer', 'requirePkce', 'It must use PKCE (default: yes).'],
  ['pushed-requests', 'answer', 'requirePushedRequests', 'It must push its requests (default: no).'],
  ['dpop', 'answer', 'dpopBound', 'It gets no token that is not bound to a key (default: no).'],
  ['access-token-format', 'text', 'accessTokenFormat', 'jwt (default) or opaque.'],
  ['id-token-algorithm', 'text', 'idTokenAlgorithm', 'RS256 (default), ES256 or EdDSA.'],
  [
    'claims-in-id-token',
    'answer',
    'claimsInIdToken',
    'Its ID tokens tell of people what UserInfo tells, for programs that never ask there (default: no).',
  ],
  ['subject-type', 'text', 'subjectType', 'public (default), or pairwise: its own names for people.'],
  [
    'sector-identifier-uri',
    'address',
    'sectorIdentifierUri',
    'The list of redirect URIs that share names for people.',
  ],
  ['jwks', 'file', 'jwks', 'A file with its public keys (a JWK set).'],
  ['jwks-uri', 'address', 'jwksUri', 'Where its public keys are.'],
  [
    'assertion-algorithm',
    'text',
    'assertionAlgorithm',
    'By which its assertions must be signed, such as ES256; by any that its keys are for unless said.',
  ],
  ['backchannel-logout-uri', 'address', 'backchannelLogoutUri', 'Where it is told of sign-outs.'],
  [
    'default-max-age',
    'seconds',
    'defaultMaxAge',
    'Whoever proved themselves longer ago signs in again, unless a request says otherwise.',
  ],
  [
    'default-acr-values',
    'list',
    'defaultAcrValues',
    'How strongly people are to prove themselves, the best first, unless a request says otherwise.',
  ],
  ['contacts', 'list', 'contacts', 'Addresses of people who are responsible for it.'],
  ['client-uri', 'address', 'clientUri', 'Its home page, for people to read.'],
  ['logo-uri', 'address', 'logoUri', 'Its logo; never fetched by this server.'],
  ['policy-uri', 'address', 'policyUri', 'What it does with data.'],
  ['tos-uri', 'address', 'tosUri', 'Its terms of service.'],
];

/** The flags, for the table of commands. */
export const clientOptions: readonly (readonly [flags: string, sentence: string])[] = [
  ['--name <text>', 'What people are shown.'],
  ...rows.map(([flag, kind, , sentence]) => [`--${flag} ${placeholders[kind]}`, sentence] as const),
];

const camelCase = (flag: string): string => flag.replace(/-[a-z]/g, (part) => part.slice(1).toUpperCase());

/** What was said of a client. An empty value takes away. Throws CommandRefused for what cannot be read. */
export function saidOfClient({ options }: Invocation): ClientChange {
  const said: Record<string, unknown> = { name: options['name'] };
  for (const [flag, kind, name] of rows) {
    const value = options[camelCase(flag)];
    if (value !== undefined) said[name] = readValue(flag, kind, value);
  }
  // What is no such value is refused when the client is settled.
  return said;
}

function readValue(flag: string, kind: Kind, value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== '');
  const text = String(value);
  if (kind === 'list') return text.split(',').filter(Boolean).map(longName);
  if (kind === 'answer') return readAnswer(flag, text);
  if (text === '') return null;
  if (kind === 'seconds') return readSeconds(flag, text);
  return kind === 'file' ? readKeys(flag, text) : text;
}

/** Nobody types the name of the standard. */
const longName = (name: string): string => (name === 'device_code' ? deviceGrant : name);

function readAnswer(flag: string, text: string): boolean {
  if (text === 'yes' || text === 'no') return text === 'yes';
  throw new CommandRefused(`--${flag} is answered with yes or no.`, 2);
}

function readSeconds(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CommandRefused(`--${flag} is a number of seconds.`, 2);
}

function readKeys(flag: string, path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'));
  } catch (thrown) {
    const reason = thrown instanceof JsonFault ? thrown.reason : 'It cannot be read.';
    throw new CommandRefused(`--${flag} ${path}: ${reason}`);
  }
}
