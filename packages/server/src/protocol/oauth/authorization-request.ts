/**
 * Requests to the authorization endpoint and to the one for pushed requests (RFC 6749 §4.1.1, OpenID Connect Core
 * §3.1.2.1, RFC 9126). They are read in two steps, because a fault may be told to a redirect URI only when client and
 * URI are proven: first the address, then, with the client known, the rest.
 */
import { isPlainText } from '../text.ts';
import { type ClaimsRequest, parseClaims } from './claims-parameter.ts';
import { type OAuthErrorCode, OAuthFault } from './error.ts';
import { isOneOf, type OAuthParameters, requireParameter } from './parameters.ts';
import { isDigest, parseChallenge } from './pkce.ts';
import { type Prompt, parseMaxAge, parsePrompt } from './prompt.ts';
import type { RedirectTarget } from './redirect-uri.ts';
import { parseResources } from './resource.ts';
import { allowedScopes, parseScope } from './scope.ts';

/** How the answer travels (OAuth 2.0 Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode §2). */
export const responseModes = ['query', 'form_post'] as const;

/** One way to answer. */
export type ResponseMode = (typeof responseModes)[number];

/** The response types that we take: implicit and hybrid ones show tokens to the browser (RFC 9700 §2.1.2). */
export const responseTypes = ['code'] as const;

/** RFC 9126 §2.2: what stands before the handle of a pushed request. */
const pushedPrefix = 'urn:ietf:params:oauth:request_uri:';

/** The `request_uri` that names a pushed request (RFC 9126 §2.2). */
export const pushedRequestUri = (handle: string): string => pushedPrefix + handle;

/** To whom a request belongs and where its answer goes, nothing of it proven yet. */
export type AuthorizationAddress =
  | { readonly kind: 'pushed'; readonly clientId: string; readonly handle: string }
  | {
      readonly kind: 'plain';
      readonly clientId: string;
      readonly redirectUri: string | undefined;
      readonly isOpenId: boolean;
      /** What an answer needs, also when it tells a fault; a mode that we do not know becomes `query`. */
      readonly state: string | undefined;
      readonly responseMode: ResponseMode;
    };

/**
 * Reads who asks and where the answer goes. A pushed request is named by `client_id` and `request_uri`; nothing else of
 * the query counts then (RFC 9126 §4). Throws `invalid_request` without a `client_id`.
 */
export function readAuthorizationAddress(parameters: OAuthParameters): AuthorizationAddress {
  const { values } = parameters;
  const clientId = requireParameter(parameters, 'client_id');
  const requestUri = values.get('request_uri');
  if (requestUri?.startsWith(pushedPrefix))
    return { kind: 'pushed', clientId, handle: requestUri.slice(pushedPrefix.length) };
  const mode = values.get('response_mode') ?? '';
  return {
    kind: 'plain',
    clientId,
    redirectUri: values.get('redirect_uri'),
    isOpenId: (values.get('scope') ?? '').split(' ').includes('openid'),
    state: values.get('state'),
    responseMode: isOneOf(responseModes, mode) ? mode : 'query',
  };
}

/** A request that was read. It is plain data and survives JSON. */
export interface AuthorizationRequest extends RedirectTarget {
  readonly clientId: string;
  readonly responseMode: ResponseMode;
  /** What was asked for and may be had; with `openid` it is an OpenID request. */
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly state?: string | undefined;
  readonly nonce?: string | undefined;
  readonly codeChallenge?: string | undefined;
  /** The key that the tokens must be bound to (RFC 9449 §10). */
  readonly dpopThumbprint?: string | undefined;
  readonly prompts: readonly Prompt[];
  /** Seconds since the person was last proven, at most. */
  readonly maxAge?: number | undefined;
  /** The best first. */
  readonly acrValues: readonly string[];
  readonly loginHint?: string | undefined;
  /** Language tags (RFC 5646), the best first. */
  readonly uiLocales: readonly string[];
  /** An ID token of ours, its signature not checked. */
  readonly idTokenHint?: string | undefined;
  readonly claims?: ClaimsRequest | undefined;
}

/** What is known of the client, and where its answer goes. */
export interface AuthorizationContext extends RedirectTarget {
  readonly clientId: string;
  readonly requirePkce: boolean;
  /** What the client may ask for. */
  readonly scopes: readonly string[];
}

/** Parameters that hand over what we do not read (OpenID Connect Core §6, §7.2.1). */
const unsupported: readonly (readonly [string, OAuthErrorCode])[] = [
  ['request', 'request_not_supported'],
  ['request_uri', 'request_uri_not_supported'],
  ['registration', 'registration_not_supported'],
];

/**
 * Reads an authorization request of a known client whose redirect URI is proven, or one that is pushed. Throws
 * `invalid_request`, `unsupported_response_type`, `invalid_scope` and `invalid_target` for what the named step refuses,
 * and `request_not_supported`, `request_uri_not_supported` or `registration_not_supported`. Parameters that no
 * standard of ours names are ignored (RFC 6749 §3.1).
 */
export function parseAuthorizationRequest(
  parameters: OAuthParameters,
  { clientId, redirectUri, redirectUriWasGiven, requirePkce, scopes }: AuthorizationContext,
): AuthorizationRequest {
  const { values, resources } = parameters;
  for (const [parameter, error] of unsupported)
    if (values.has(parameter))
      throw new OAuthFault(error, `The parameter ${parameter} is not supported.`, { parameter });
  checkResponseType(requireParameter(parameters, 'response_type'));
  return {
    clientId,
    redirectUri,
    redirectUriWasGiven,
    responseMode: parseResponseMode(values.get('response_mode')),
    scopes: allowedScopes(parseScope(values.get('scope')), scopes),
    resources: parseResources(resources),
    state: values.get('state'),
    nonce: values.get('nonce'),
    codeChallenge: parseChallenge({
      challenge: values.get('code_challenge'),
      method: values.get('code_challenge_method'),
      required: requirePkce,
    }),
    dpopThumbprint: parseThumbprint(values.get('dpop_jkt')),
    prompts: parsePrompt(values.get('prompt')),
    maxAge: parseMaxAge(values.get('max_age')),
    acrValues: parseAcrValues(values.get('acr_values')),
    loginHint: parseLoginHint(values.get('login_hint')),
    uiLocales: parseLocales(values.get('ui_locales')),
    idTokenHint: values.get('id_token_hint'),
    claims: parseClaims(values.get('claims')),
  };
}

/** RFC 6749 §3.1.1. The order of several values would not matter, but `code` is the only one. */
function checkResponseType(text: string): void {
  if (!isOneOf(responseTypes, text))
    throw new OAuthFault('unsupported_response_type', 'The response type is not code.', {
      parameter: 'response_type',
    });
}

/** OAuth 2.0 Multiple Response Types §2.1: the default of `code` is `query`. */
function parseResponseMode(text: string | undefined): ResponseMode {
  if (text === undefined) return 'query';
  if (!isOneOf(responseModes, text)) throw malformed('The response mode is not supported.', 'response_mode');
  return text;
}

/** RFC 9449 §10: the RFC 7638 thumbprint of a key. */
function parseThumbprint(text: string | undefined): string | undefined {
  if (text !== undefined && !isDigest(text))
    throw malformed('The thumbprint of the key is malformed.', 'dpop_jkt');
  return text;
}

const maxWishes = 20;

function parseAcrValues(text: string | undefined): readonly string[] {
  const wishes = text === undefined ? [] : text.split(' ');
  if (wishes.length > maxWishes || !wishes.every((wish) => /^[!-~]+$/.test(wish)))
    throw malformed('The acr values are malformed.', 'acr_values');
  return [...new Set(wishes)];
}

const longestHint = 320;

function parseLoginHint(text: string | undefined): string | undefined {
  if (text !== undefined && !isPlainText(text, longestHint))
    throw malformed('The login hint is malformed.', 'login_hint');
  return text;
}

/** The tags in a `ui_locales`. No error results from those that cannot be had (OpenID Connect Core §3.1.2.1): what is no tag is left out. */
export const parseLocales = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(' ')
    .filter((tag) => /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/.test(tag))
    .slice(0, maxWishes);

const malformed = (description: string, parameter: string): OAuthFault =>
  new OAuthFault('invalid_request', description, { parameter });
