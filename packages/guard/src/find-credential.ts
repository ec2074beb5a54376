/**
 * Finding the one credential of a request. Scheme, prefix and configuration say what it is; nothing is guessed from its
 * look, and nothing found here is believed.
 */
import type { Credential } from './credential.ts';
import { type Refusal, refuse } from './failure.ts';
import type { CarrierName } from './principal.ts';
import type { GuardRequest } from './request.ts';

/** What decides which credentials are looked for. */
export interface FindRules {
  readonly carriers: ReadonlySet<CarrierName>;
  /** Whether the issuer is on https: then its cookies wear `__Host-` (RFC 6265bis §4.1.3.2). */
  readonly secure: boolean;
}

/** RFC 6750 §2.1, b64token: what a bearer token is made of. Nothing in it can end a header or a cookie. */
const b64token = /^[A-Za-z0-9\-._~+/]+=*$/;
/** RFC 7617 §2 and RFC 4648 §4. */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** RFC 9110 §5.6.2, token. */
const scheme = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Characters. No credential of ours is longer. */
const longest = 8192;

/**
 * The credential of a request. An `Authorization` header beats cookies, whatever becomes of it (RFC 6750 §2); among
 * cookies the session beats the JWT, as at the server. Refuses with `credentials_missing`, `credentials_invalid` and
 * `request_malformed`.
 */
export function findCredential(request: GuardRequest, rules: FindRules): Credential | Refusal {
  const authorization = request.header('authorization');
  if (authorization !== undefined) return fromHeader(authorization, rules, request.peer);
  return fromCookies(request, rules);
}

function fromHeader(header: string, { carriers }: FindRules, peer: string | undefined): Credential | Refusal {
  const space = header.indexOf(' ');
  const name = header.slice(0, space === -1 ? undefined : space).toLowerCase();
  const value = space === -1 ? '' : header.slice(space + 1);
  if (value.length > longest) return refuse('credentials_invalid', 'too-long');
  if (name === 'bearer') {
    // Two headers that were joined by a comma end here: two readers could pick different ones.
    if (!b64token.test(value)) return refuse('request_malformed', 'bearer-syntax');
    return switchedOn(carriers, bearerCarrier(value), { value, peer });
  }
  if (name === 'basic') {
    if (value === '' || !base64.test(value)) return refuse('request_malformed', 'basic-syntax');
    return switchedOn(carriers, 'basic', { value, peer });
  }
  if (!scheme.test(name) || value.includes(',')) return refuse('request_malformed', 'authorization-syntax');
  return refuse('credentials_invalid', 'other-scheme');
}

/** Every handle of ours wears `dw_`: what does not can only be a JWT. Handles of other kinds are no bearer tokens. */
function bearerCarrier(value: string): CarrierName | undefined {
  if (!value.startsWith('dw_')) return 'jwt';
  if (/^dw_(?:at|ct)_/.test(value)) return 'opaque';
  return value.startsWith('dw_ak_') ? 'api-key' : undefined;
}

function switchedOn(
  carriers: ReadonlySet<CarrierName>,
  carrier: CarrierName | undefined,
  { value, peer }: Pick<Credential, 'value' | 'peer'>,
): Credential | Refusal {
  if (carrier === undefined) return refuse('credentials_invalid', 'other-handle');
  if (!carriers.has(carrier)) return refuse('credentials_invalid', 'carrier-off', { detail: { carrier } });
  return { carrier, value, cookie: undefined, peer };
}

const cookies = [
  { carrier: 'cookie', base: 'doorward_session', handle: true },
  { carrier: 'jwt-cookie', base: 'doorward_token', handle: false },
] as const;

function fromCookies(request: GuardRequest, { carriers, secure }: FindRules): Credential | Refusal {
  const header = request.header('cookie');
  for (const { carrier, base, handle } of header === undefined ? [] : cookies) {
    if (!carriers.has(carrier)) continue;
    const name = secure ? `__Host-${base}` : base;
    const values = cookieValues(header ?? '', name);
    const [value] = values;
    if (value === undefined) continue;
    // RFC 6265bis §4.2.2: the order of cookies proves nothing, so one of two may have been planted.
    if (values.length > 1) return refuse('request_malformed', 'cookie-twice');
    if (value.length > longest || !b64token.test(value) || value.startsWith('dw_sc_') !== handle)
      return refuse('credentials_invalid', 'cookie-syntax');
    return { carrier, value, cookie: name, peer: request.peer };
  }
  return refuse('credentials_missing', 'none');
}

/** The values of all cookies of exactly this name (RFC 6265bis §4.2.1). */
const cookieValues = (header: string, name: string): string[] =>
  header
    .split(';')
    .map((pair) => pair.replace(/^[ \t]+/, ''))
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
