/**
 * Asking about the tokens of clients (RFC 7662), which are no credential of a person and so are not told at the endpoint of
 * principals: the API proves itself by a secret of its own, and the answer is judged as if it were the token.
 */
import type { Credential } from '../credential.ts';
import { type Refusal, refuse } from '../failure.ts';
import type { GuardClient } from '../options.ts';
import type { Principal } from '../principal.ts';
import { idPattern, type KnownCaller, refusalOf, textOf, wordsOf } from './caller-answer.ts';
import {
  askIssuer,
  type Issuer,
  type IssuerAnswer,
  isOfType,
  member,
  parseAnswer,
  Unanswered,
} from './issuer.ts';

/** Bytes of an answer. */
const sizeLimit = 65_536;

/** What is expected of a token, and who asks. */
export interface IntrospectionRules {
  readonly client: GuardClient;
  /** The audience that tokens must be meant for. */
  readonly audience: string;
  /** Whether clients may act for themselves. */
  readonly machines: boolean;
}

/** Asks about a token. Throws Unanswered where nothing that can be used comes back. */
export async function introspect(
  issuer: Issuer,
  credential: Credential,
  rules: IntrospectionRules,
): Promise<KnownCaller | Refusal> {
  const { id, secret } = rules.client;
  // RFC 6749 §2.3.1: both are encoded as in a form before they are joined.
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  const headers = { accept: 'application/json', authorization: `Basic ${btoa(pair)}` };
  const form = { token: credential.value, token_type_hint: 'access_token' };
  const answer = await askIssuer(issuer, { path: '/oauth/introspect', headers, form, limit: sizeLimit });
  return readActive(issuer, answer, { ...rules, carrier: credential.carrier });
}

/**
 * Whether the token says that it is a client's (RFC 9068 §2.2): it decides who is asked and nothing else, for nothing of it is
 * proven.
 */
export function isOfClient(token: string): boolean {
  const [, payload = ''] = token.split('.', 2);
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof member(claims, 'client_id') === 'string';
  } catch {
    return false;
  }
}

function readActive(
  { origin, clock }: Issuer,
  answer: IssuerAnswer,
  { audience, machines, carrier }: IntrospectionRules & Pick<Credential, 'carrier'>,
): KnownCaller | Refusal {
  // It is this API that was refused, and not whoever calls it.
  if (answer.status === 401) throw new Unanswered('status', { status: 401 });
  if (answer.status !== 200) return refusalOf(answer);
  if (!isOfType(answer.headers, 'application/json')) throw new Unanswered('nonsense', { status: 200 });
  const told = parseAnswer(answer.text);
  const active = member(told, 'active');
  if (active === false) return refuse('credentials_invalid', 'inactive');
  if (active !== true || member(told, 'iss') !== origin) throw new Unanswered('nonsense');
  if (member(told, 'token_type') !== 'Bearer' || member(told, 'cnf') !== undefined)
    return refuse('credentials_invalid', 'bound');
  const meantFor = member(told, 'aud');
  if (Array.isArray(meantFor) ? !meantFor.includes(audience) : meantFor !== audience)
    return refuse('credentials_invalid', 'audience');
  const expiresAt = secondOf(member(told, 'exp'));
  if (expiresAt * 1000 <= clock.now()) return refuse('credentials_invalid', 'expired');
  const principal = callerOf(told, { carrier, expiresAt });
  if (principal.sessionId === undefined && !(machines && principal.accountId === principal.clientId))
    return refuse('credentials_invalid', 'no-session');
  return { principal: Object.freeze(principal), sessionEnd: expiresAt * 1000 };
}

function callerOf(
  told: unknown,
  known: Pick<Principal, 'carrier'> & { readonly expiresAt: number },
): Principal {
  const [sid, scope, amr] = [member(told, 'sid'), member(told, 'scope'), member(told, 'amr')];
  const words = typeof scope === 'string' && scope !== '' ? scope.split(' ') : [];
  return {
    ...known,
    accountId: textOf(member(told, 'sub'), idPattern),
    sessionId: sid === undefined ? undefined : textOf(sid, idPattern),
    clientId: textOf(member(told, 'client_id'), idPattern),
    roles: Object.freeze([]),
    scopes: wordsOf(words),
    provenAt: secondOf(member(told, 'auth_time') ?? member(told, 'iat') ?? 0),
    amr: wordsOf(amr ?? []),
  };
}

function secondOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Unanswered('nonsense');
  return value;
}
