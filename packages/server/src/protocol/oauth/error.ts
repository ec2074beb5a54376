/**
 * The faults of OAuth 2 and OpenID Connect: one list of codes, each with the section that defines it, and the one
 * class that every file here throws. It knows nothing of HTTP: which status a code has and where it is told is
 * decided above.
 */

/** Every error code that we give, and where it is defined. */
export const oauthErrors = {
  invalid_request: 'RFC 6749 §5.2',
  invalid_client: 'RFC 6749 §5.2',
  invalid_grant: 'RFC 6749 §5.2',
  unauthorized_client: 'RFC 6749 §5.2',
  unsupported_grant_type: 'RFC 6749 §5.2',
  invalid_scope: 'RFC 6749 §5.2',
  access_denied: 'RFC 6749 §4.1.2.1',
  unsupported_response_type: 'RFC 6749 §4.1.2.1',
  server_error: 'RFC 6749 §4.1.2.1',
  temporarily_unavailable: 'RFC 6749 §4.1.2.1',
  invalid_token: 'RFC 6750 §3.1',
  insufficient_scope: 'RFC 6750 §3.1',
  unsupported_token_type: 'RFC 7009 §2.2.1',
  invalid_redirect_uri: 'RFC 7591 §3.2.2',
  invalid_client_metadata: 'RFC 7591 §3.2.2',
  invalid_software_statement: 'RFC 7591 §3.2.2',
  authorization_pending: 'RFC 8628 §3.5',
  slow_down: 'RFC 8628 §3.5',
  expired_token: 'RFC 8628 §3.5',
  invalid_target: 'RFC 8707 §2',
  invalid_dpop_proof: 'RFC 9449 §5',
  use_dpop_nonce: 'RFC 9449 §8',
  interaction_required: 'OpenID Connect Core §3.1.2.6',
  login_required: 'OpenID Connect Core §3.1.2.6',
  account_selection_required: 'OpenID Connect Core §3.1.2.6',
  consent_required: 'OpenID Connect Core §3.1.2.6',
  request_not_supported: 'OpenID Connect Core §3.1.2.6',
  request_uri_not_supported: 'OpenID Connect Core §3.1.2.6',
  registration_not_supported: 'OpenID Connect Core §3.1.2.6',
  unmet_authentication_requirements: 'OpenID Connect Core Unmet Authentication Requirements §2',
} as const;

/** One of the codes. */
export type OAuthErrorCode = keyof typeof oauthErrors;

/** What a fault says beside its code. */
export interface OAuthFaultMore {
  /** The parameter, header or claim that is wrong; public. */
  readonly parameter?: string | undefined;
  /** Which check refused; for the operator alone, so that a public sentence can stay the same for many checks. */
  readonly check?: string | undefined;
}

/** RFC 6749 §5.2, the letters of `error_description`. */
const descriptionLetters = /^[ !#-[\]-~]+$/;

/**
 * What is wrong with a request, in the words of the standards. It never holds a value that was sent, so it may be
 * answered and logged. The constructor throws RangeError for a description with letters that RFC 6749 §5.2 forbids.
 */
export class OAuthFault extends Error {
  readonly error: OAuthErrorCode;
  /** A public sentence. */
  readonly description: string;
  readonly parameter: string | undefined;
  /** For the operator. */
  readonly check: string | undefined;

  constructor(error: OAuthErrorCode, description: string, { parameter, check }: OAuthFaultMore = {}) {
    super(`${error}: ${description}`);
    if (!descriptionLetters.test(description))
      throw new RangeError('a description has letters that are not allowed');
    this.name = 'OAuthFault';
    this.error = error;
    this.description = description;
    this.parameter = parameter;
    this.check = check;
  }
}

/** The body in which an endpoint tells a fault (RFC 6749 §5.2). */
export interface OAuthErrorBody {
  readonly error: OAuthErrorCode;
  readonly error_description: string;
}

/** The members of the answer to a fault (RFC 6749 §5.2); the private half stays behind. */
export const errorBody = ({ error, description }: OAuthFault): OAuthErrorBody => ({
  error,
  error_description: description,
});
