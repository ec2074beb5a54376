/**
 * The registry of failures: every refusal and every breakage that this product can answer with, once. The code
 * is the contract; status, sentence and standard follow from it. What is private goes into a failure's
 * `detail` and never here.
 */
import { Failure, type FailureMore } from '../base/failure.ts';

/** One entry of the registry. */
export interface FailureEntry {
  /** HTTP status of the reply. */
  readonly status: number;
  /** The sentence that anyone may read. */
  readonly title: string;
  /** The standard that asks for this reply, where one does. */
  readonly standard?: string;
}

/** Every failure of the product, by code. */
export const failures = {
  path_malformed: { status: 400, title: 'The path is not in its one canonical spelling.' },
  query_invalid: { status: 400, title: 'The query has unknown, repeated or malformed parameters.' },
  body_malformed: {
    status: 400,
    title: 'The body is not JSON or a form of the strict kind.',
    standard: 'RFC 7493',
  },
  input_invalid: { status: 400, title: 'Some fields are missing, unknown or malformed.' },
  headers_malformed: { status: 400, title: 'A header is malformed.', standard: 'RFC 9110 §5.5' },
  password_malformed: { status: 400, title: 'The password contains characters that are not text.' },
  password_too_short: {
    status: 400,
    title: 'The password is too short.',
    standard: 'NIST SP 800-63B-4 §3.1.1.2',
  },
  password_too_long: {
    status: 400,
    title: 'The password is too long.',
    standard: 'NIST SP 800-63B-4 §3.1.1.2',
  },
  password_common: {
    status: 400,
    title: 'The password is among those that attackers try first.',
    standard: 'NIST SP 800-63B-4 §3.1.1.2',
  },
  password_context: {
    status: 400,
    title: 'The password is made of your own name or address, or of the name of this service.',
    standard: 'NIST SP 800-63B-4 §3.1.1.2',
  },
  client_request_invalid: {
    status: 400,
    title: 'The application that sent you here asked for something that is not valid.',
    standard: 'RFC 6749 §4.1.2.1',
  },
  credentials_missing: { status: 401, title: 'Sign in first.', standard: 'RFC 9110 §15.5.2' },
  credentials_invalid: { status: 401, title: 'The credential is not valid.', standard: 'RFC 6750 §3.1' },
  sign_in_refused: { status: 401, title: 'The identifier or the password is wrong.' },
  second_factor_required: { status: 401, title: 'This account is only open with a second factor as well.' },
  refresh_refused: {
    status: 401,
    title: 'The refresh token is not valid. Sign in again.',
    standard: 'RFC 6749 §5.2',
  },
  sign_up_closed: { status: 403, title: 'This server does not take sign-ups.' },
  sign_in_over: { status: 403, title: 'This sign-in is over, or was begun in another browser. Begin again.' },
  invitation_required: { status: 403, title: 'Signing up here takes an invitation.' },
  origin_refused: { status: 403, title: 'The request did not come from this site.' },
  carrier_refused: { status: 403, title: 'This kind of credential is not accepted here.' },
  scope_missing: {
    status: 403,
    title: 'The API key does not carry the scope for this.',
    standard: 'RFC 6750 §3.1',
  },
  permission_missing: { status: 403, title: 'You do not have the permission for this.' },
  privilege_exceeded: {
    status: 403,
    title: 'You can neither give nor govern what you do not have yourself.',
  },
  second_factor_refused: { status: 403, title: 'The code is wrong, was used, or its time is over.' },
  passkey_refused: {
    status: 403,
    title: 'The passkey was not accepted.',
    standard: 'WebAuthn Level 3 §7',
  },
  factor_enrolment_required: {
    status: 403,
    title: 'This account needs another factor first. Sign in on the sign-in page to add it.',
  },
  proof_too_weak: {
    status: 403,
    title: 'This takes a proof by your second factor as well.',
    standard: 'NIST SP 800-63B-4 §4.1.2',
  },
  ceremony_over: { status: 403, title: 'This was used, replaced, or took too long. Begin again.' },
  account_closing: {
    status: 403,
    title: 'This account was closed by its owner and will be deleted. It can be kept until then.',
  },
  current_password_wrong: { status: 403, title: 'The current password is wrong.' },
  authorization_over: {
    status: 403,
    title: 'This sign-in is over, or was begun in another browser.',
  },
  provider_refused: { status: 403, title: 'The sign-in at the other service did not succeed.' },
  proof_too_old: { status: 403, title: 'It was too long ago that you proved who you are. Sign in again.' },
  user_code_refused: {
    status: 403,
    title: 'The code is wrong, was used, or its time is over.',
    standard: 'RFC 8628 §3.3',
  },
  ticket_over: {
    status: 403,
    title: 'This mail was used, replaced by a newer one, or its time is over. Ask for a new one.',
  },
  mail_code_refused: { status: 403, title: 'The code is not the one in the newest mail.' },
  screen_code_refused: { status: 403, title: 'The code is not the one on the screen where you began.' },
  set_up_link_invalid: { status: 403, title: 'The set-up link is used, replaced or past its 30 minutes.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  mail_off: { status: 404, title: 'This server sends no mail.' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here.', standard: 'RFC 9110 §15.5.6' },
  mailbox_unproven: {
    status: 409,
    title: 'An address is taken when its mailbox is proven. Ask for the mail first.',
  },
  identifier_taken: { status: 409, title: 'An account with this e-mail address or username exists.' },
  identity_taken: { status: 409, title: 'This outside sign-in belongs to another account.' },
  last_way_in: { status: 409, title: 'This is the last way into the account. Add another one first.' },
  passkey_taken: { status: 409, title: 'This passkey is registered already.' },
  passkey_limit: { status: 409, title: 'There is no room for another passkey. Remove one first.' },
  factor_missing: { status: 409, title: 'Add a passkey or an authenticator first.' },
  factor_demanded: {
    status: 409,
    title: 'A role of this account demands this factor. Add another one first.',
  },
  password_exists: {
    status: 409,
    title: 'The account has a password. Change it by showing the current one.',
  },
  role_held: { status: 409, title: 'The role is held by accounts. Take it from them first.' },
  key_not_ready: { status: 409, title: 'The next key has not been published for long enough.' },
  body_too_large: { status: 413, title: 'The body is too large.', standard: 'RFC 9110 §15.5.14' },
  media_type_unsupported: {
    status: 415,
    title: 'The body is not of the media type that is taken here.',
    standard: 'RFC 9110 §15.5.16',
  },
  attempts_exhausted: {
    status: 429,
    title: 'Too many attempts. Wait before the next.',
    standard: 'RFC 6585 §4',
  },
  headers_too_large: { status: 431, title: 'The headers are too large.', standard: 'RFC 6585 §5' },
  internal: { status: 500, title: 'Something broke on our side.' },
  provider_unavailable: {
    status: 502,
    title: 'The other service does not answer as it should. Try again, or sign in another way.',
  },
  hashing_busy: {
    status: 503,
    title: 'Too many sign-ins at once. Try again shortly.',
    standard: 'RFC 9110 §10.2.3',
  },
  store_unavailable: {
    status: 503,
    title: 'The store does not answer. Try again shortly.',
    standard: 'RFC 9110 §10.2.3',
  },
} as const satisfies Record<string, FailureEntry>;

/** The code of a failure; a union to `switch` over. */
export type FailureCode = keyof typeof failures;

/** A failure of the registry. */
export type DomainFailure = Failure<FailureCode>;

/** Makes a failure of the registry, to be thrown. */
export const fail = (code: FailureCode, more?: FailureMore): DomainFailure => new Failure(code, more);

/** Whether a text is a code of the registry. */
export const isFailureCode = (code: string): code is FailureCode => Object.hasOwn(failures, code);

/** Whether something thrown is a failure of the registry. */
export const isFailure = (thrown: unknown): thrown is DomainFailure =>
  thrown instanceof Failure && isFailureCode(thrown.code);
