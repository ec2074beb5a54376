/**
 * A decision in words for the operator: the exact check that failed and what to look at next. Every check that the
 * domain can fail has its sentence here; one that has none is shown as it stands.
 */
import type { Decision } from '../../domain/admin/decision.ts';
import { failures, isFailureCode } from '../../domain/failures.ts';
import { mailReasons } from '../mail/mail-decision-words.ts';
import { clientReasons } from '../oauth/client-decision-words.ts';

type Detail = Decision['detail'];

/** The public sentence of the failure, and the check behind it. */
export function decisionWords({ code, detail }: Decision): {
  readonly told: string;
  readonly reason: string;
} {
  const told = isFailureCode(code) ? failures[code].title : code;
  const check = String(detail['check'] ?? '');
  const reason = Object.hasOwn(reasons, check) ? reasons[check]?.(detail) : ofOthers(check);
  return { told, reason: reason ?? (check === '' ? told : `The check "${check}" failed.`) };
}

const others = { ...clientReasons, ...mailReasons };

const ofOthers = (check: string): string | undefined =>
  Object.hasOwn(others, check) ? others[check] : undefined;

const said = (detail: Detail, name: string): string => String(detail[name] ?? 'unknown');

const late = (detail: Detail): string => `${said(detail, 'late_by_seconds')} s`;

/** Sentences by check. */
const reasons: Readonly<Record<string, (detail: Detail) => string>> = {
  'no-credential': () => 'The request carried no credential at all.',
  'no-refresh-token': () => 'The request carried no refresh token, neither in its body nor in a cookie.',
  'authorization-header': (detail) =>
    `The Authorization header is malformed, or of a scheme that is not known here (${said(detail, 'scheme')}).`,
  'header-malformed': () => 'The Authorization header is malformed.',
  carrier: (detail) => `This route does not accept the carrier "${said(detail, 'carrier')}".`,
  'handle-forged': () =>
    'The handle is not one of this server’s: it was cut, changed or made under another master key.',
  'token-malformed': () => 'The token is not a JWT of the strict kind that this server makes.',
  signature: (detail) =>
    `The signature does not hold under key ${said(detail, 'kid')}: it was forged, or the key is gone.`,
  'claims-malformed': () => 'The signature holds, yet claims are missing or of the wrong type.',
  issuer: (detail) => `The token was issued by ${said(detail, 'issuer')}, not by this server.`,
  audience: (detail) => `The token is meant for the audience ${said(detail, 'audience')}.`,
  expired: (detail) => `It had expired ${late(detail)} before.`,
  'issued-in-the-future': (detail) =>
    `The token is dated ${said(detail, 'early_by_seconds')} s in the future: compare the clocks of your machines.`,
  'token-superseded': () => 'The access token was replaced by more than one refresh since.',
  'other-carrier': () => 'The token was made for another carrier than it was presented in.',
  'family-unknown': () =>
    'There is no such refresh family any more: its session was collected or its account deleted.',
  'successor-moved-on': () =>
    'The refresh token was used within its window, yet its successor was used already too.',
  'refresh-reused': (detail) =>
    detail['predecessor'] === true
      ? `A refresh token was used again ${said(detail, 'seconds_since_rotation')} s after its rotation, past the window. Its family and session were ended.`
      : 'An old refresh token was used again. Its family and session were ended.',
  'session-unknown': () =>
    'There is no such session: it was collected, its account deleted, or the database restored.',
  'session-ended': (detail) =>
    `The session was ended at ${said(detail, 'ended_at')} by ${said(detail, 'ended_by')} (${said(detail, 'reason')}).`,
  'session-expired': (detail) =>
    `The session had reached its absolute end at ${said(detail, 'expired_at')}, ${late(detail)} before.`,
  'session-idle': (detail) =>
    `The session had not been used since ${said(detail, 'idle_since')} and ended by that ${late(detail)} before.`,
  'account-disabled': () => 'The account is disabled.',
  'account-closing': (detail) =>
    `Its owner has closed the account: it is deleted at ${said(detail, 'deletes_at')} unless it is kept.`,
  'account-deleted': () => 'The account was deleted.',
  'password-exists': () => 'The account has a password already: it is changed by naming the current one.',
  'refresh-old': () => 'The refresh token was rotated away before.',
  'api-key-unknown': (detail) =>
    `There is no API key ${said(detail, 'api_key')}: it was ended, or never made here.`,
  'sign-up-closed': () => 'The setting signUp is closed: only the operator and administrators make accounts.',
  identifier: () => 'There is no account of that identifier.',
  password: () => 'The password is wrong.',
  'second-factor': (detail) =>
    `The account is open only with a second factor (its roles demand: ${said(detail, 'demand')}); what was proven is "${said(detail, 'amr')}".`,
  'factor-missing': (detail) =>
    detail['demand'] === undefined
      ? 'The account has neither a passkey nor an authenticator.'
      : `A role of the account demands "${said(detail, 'demand')}", and it has no such factor yet.`,
  'ceremony-forged': () =>
    'The ceremony was begun in another browser, for another purpose, account or session, or is not ours.',
  'ceremony-expired': () => 'The ceremony took longer than its 5 minutes.',
  'ceremony-used': () => 'The ceremony was used before: its challenge is good once.',
  'client-data-malformed': () => 'The client data of the passkey are no JSON object.',
  'cross-origin': () => 'The passkey was shown inside a frame of another site.',
  'passkey-unknown': () => 'No account has this credential: it was removed here, or never registered.',
  'passkey-owner': () => 'The credential belongs to another account than the one that was claimed.',
  'passkey-answer': (detail) => `The answer of the authenticator was refused: ${said(detail, 'fault')}.`,
  'passkey-signature': () => 'The signature does not hold under the key of the passkey.',
  'passkey-backup-eligibility': () =>
    'The passkey says otherwise than at its registration whether it may be copied.',
  'passkey-counter': (detail) =>
    `The passkey counted ${said(detail, 'counter')} after ${said(detail, 'last')}: there may be a copy of it.`,
  'passkey-changed': () => 'The passkey was used or removed by another request at the same moment.',
  'passkey-taken': () => 'The credential is registered already, for this account or another one.',
  'passkey-limit': () => 'The account has as many passkeys as it may have.',
  attestation: () => 'The passkey came with an attestation by certificates, which was not asked for.',
  'attestation-malformed': () => 'The attestation object is malformed.',
  'factor-demanded': (detail) =>
    `A role of the account demands "${said(detail, 'demand')}", and this was the last factor of that kind.`,
  'basic-without-factor': () =>
    'HTTP Basic brings a password alone, and the account asks for more: give the program an API key.',
  totp: () =>
    'The code is of none of the three steps around the server’s time: it is wrong, or a clock is off.',
  'totp-used': () => 'The code was right, but it or a later one had been used already.',
  'totp-missing': () => 'The account has no authenticator.',
  'recovery-code': () => 'The recovery code is wrong, was used, or was replaced by newer ones.',
  'factor-used': () => 'The code was used by another request at the same moment.',
  'enrolment-replaced': () =>
    'There is no such enrolment any more: a newer one was begun, or it was confirmed.',
  'enrolment-used': () => 'The enrolment was confirmed by another request, or is past its 15 minutes.',
  'proof-age': (detail) =>
    `The session was last proven ${said(detail, 'age_seconds')} s before; 300 s are allowed.`,
  'proof-strength': () => 'The account has a second factor, and the session was proven without it.',
  'password-changed-meanwhile': () => 'The password was changed while it was being checked.',
  budget: (detail) =>
    `The attempt budget "${said(detail, 'budget')}" was spent; it is filled again at ${said(detail, 'until')}.`,
  scope: (detail) => `The API key lacks the scope "${said(detail, 'scope')}".`,
  permission: (detail) => `No role of the account permits "${said(detail, 'permission')}".`,
  privilege: (detail) =>
    `It would give or govern "${said(detail, 'missing')}", which the caller does not have.`,
  origin: (detail) =>
    `The browser says that the request came from elsewhere (Origin ${said(detail, 'origin')}, Sec-Fetch-Site ${said(detail, 'sec_fetch_site')}).`,
  'used-or-expired': () => 'The set-up link was used, replaced by a newer one, or past its 30 minutes.',
};
