/**
 * Redirect URIs (RFC 6749 §3.1.2, RFC 8252, RFC 9700 §2.1): which ones a client may register, and whether one that
 * was sent is one of them. They are compared letter by letter; nothing is normalised, so nothing can be normalised
 * differently elsewhere. A fault of this file is never answered by way of a redirect URI.
 */
import { OAuthFault } from './error.ts';

/** What kind of program a client is (OpenID Connect Registration §2, `application_type`). */
export const applicationTypes = ['web', 'native'] as const;

/** One kind of program. */
export type ApplicationType = (typeof applicationTypes)[number];

/** RFC 8252 §7.3: the two loopback literals, an optional port, and the rest. */
const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::([1-9]\d{0,4}))?(\/.*)$/;
const highestPort = 65_535;
const loopbackName = /^(?:127\.0\.0\.1|\[::1\]|localhost)$/;
const longest = 2000;
const maxUris = 100;

/** A redirect URI without its port, when it is one of a native program that listens on this machine. */
function withoutPort(uri: string): string | undefined {
  const [, host, port = '80', rest] = loopback.exec(uri) ?? [];
  return host === undefined || Number(port) > highestPort ? undefined : `http://${host}${rest}`;
}

/** Two texts of which one was sent and the other is registered. */
interface Comparison {
  readonly given: string;
  readonly registered: string;
  readonly application: ApplicationType;
}

/**
 * Whether a URI that was sent is the registered one: the same text (RFC 9700 §2.1). For a native program on a loopback
 * literal the port is free, because it listens where the system lets it (RFC 8252 §7.3).
 */
export function isRegisteredUri({ given, registered, application }: Comparison): boolean {
  if (given === registered) return true;
  if (application !== 'native') return false;
  const uri = withoutPort(given);
  return uri !== undefined && uri === withoutPort(registered);
}

/** Where an authorization request wants its answer, and where its client may have it. */
export interface RedirectWish {
  readonly given: string | undefined;
  readonly registered: readonly string[];
  readonly application: ApplicationType;
  /** OpenID Connect wants the URI in every request (Core §3.1.2.1). */
  readonly isOpenId: boolean;
}

/** Where the answer goes. */
export interface RedirectTarget {
  readonly redirectUri: string;
  /** Then the token request repeats it (RFC 6749 §4.1.3). */
  readonly redirectUriWasGiven: boolean;
}

/**
 * Where the answer to an authorization request goes: to the URI that it names, or to the only one registered when it
 * names none and is no OpenID request (RFC 6749 §3.1.2.3). Throws `invalid_request`.
 */
export function resolveRedirectUri({
  given,
  registered,
  application,
  isOpenId,
}: RedirectWish): RedirectTarget {
  if (given === undefined) {
    const [only, ...others] = registered;
    if (isOpenId || only === undefined || others.length > 0)
      throw badRedirect('The redirect URI is missing.', 'missing');
    return { redirectUri: only, redirectUriWasGiven: false };
  }
  if (!registered.some((uri) => isRegisteredUri({ given, registered: uri, application })))
    throw badRedirect('The redirect URI is not registered for this client.', 'unregistered');
  return { redirectUri: given, redirectUriWasGiven: true };
}

const badRedirect = (description: string, check: string): OAuthFault =>
  new OAuthFault('invalid_request', description, { parameter: 'redirect_uri', check });

/**
 * Judges the redirect URI of a token request against that of its code (RFC 6749 §4.1.3): the same text when the
 * authorization request gave one; when it gave none, none or the same. Throws `invalid_grant`.
 */
export function checkRepeatedUri(given: string | undefined, code: RedirectTarget): void {
  const isSame = given === undefined ? !code.redirectUriWasGiven : given === code.redirectUri;
  if (!isSame)
    throw new OAuthFault('invalid_grant', 'The redirect URI is not the one of the code.', {
      parameter: 'redirect_uri',
    });
}

/** What may be registered. */
export interface RedirectRules {
  readonly application: ApplicationType;
  /** Whether a web program may be on plain HTTP on this machine: for development, by an operator's word. */
  readonly loopbackHttp: boolean;
}

/** Names of our own answers; a URI that has one would make it ambiguous (RFC 6749 §3.1.2, RFC 9207 §2). */
const reserved = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response', 'id_token'];

/**
 * Whether a text may be registered as a redirect URI: absolute, without fragment, wildcard or user information,
 * spelled as a browser spells it (so with a path), HTTPS; for native programs also HTTP on a loopback host and schemes
 * of their own with a dot (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.6).
 */
export function mayRegisterUri(uri: string, { application, loopbackHttp }: RedirectRules): boolean {
  if (uri.length > longest || /[#*\\]/.test(uri) || !URL.canParse(uri)) return false;
  const { href, protocol, hostname, username, password, searchParams } = new URL(uri);
  if (href !== uri || username !== '' || password !== '' || hostname.endsWith('.')) return false;
  if (reserved.some((name) => searchParams.has(name))) return false;
  if (protocol === 'https:') return true;
  if (protocol === 'http:') return (application === 'native' || loopbackHttp) && loopbackName.test(hostname);
  // RFC 8252 §7.1: the reverse of a domain name, so that no scheme of the system or of a script can be meant.
  return application === 'native' && /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/.test(protocol);
}

/**
 * Judges the redirect URIs of a client that registers. Throws `invalid_redirect_uri` (RFC 7591 §3.2.2) for one that may
 * not be registered, for one that is there twice, and for more than 100.
 */
export function checkRedirectUris(uris: readonly string[], rules: RedirectRules): void {
  const isGood =
    uris.length <= maxUris &&
    new Set(uris).size === uris.length &&
    uris.every((uri) => mayRegisterUri(uri, rules));
  if (!isGood)
    throw new OAuthFault('invalid_redirect_uri', 'A redirect URI may not be registered.', {
      parameter: 'redirect_uris',
    });
}
