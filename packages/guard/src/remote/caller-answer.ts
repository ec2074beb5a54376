/**
 * What the server says of a credential (`GET /api/v1/principal`), read strictly. An answer in doubt is no answer: nobody
 * passes by a reply that is almost right.
 */
import type { Credential } from '../credential.ts';
import { type Refusal, refuse } from '../failure.ts';
import type { CarrierName, Principal } from '../principal.ts';
import { type IssuerAnswer, isOfType, member, parseAnswer, Unanswered } from './issuer.ts';

/** A caller whom the server knows. */
export interface KnownCaller {
  readonly principal: Principal;
  /** When its session ends, in milliseconds since 1970; later than the credential may. */
  readonly sessionEnd: number | undefined;
}

/** What ids look like. */
export const idPattern = /^[\x21-\x7e]{1,128}$/;
const wordPattern = /^[\x21-\x7e]{1,200}$/;
const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;
/** Roles, scopes or methods in one answer. */
const mostWords = 1000;
/** Seconds; no longer wait is passed on. */
const longestWait = 86_400;

/** Reads an answer about `credential`. Throws Unanswered for what the server cannot have meant. */
export function readCaller(answer: IssuerAnswer, { carrier }: Credential): KnownCaller | Refusal {
  if (answer.status !== 200) return refusalOf(answer);
  if (!isOfType(answer.headers, 'application/json'))
    throw new Unanswered('nonsense', { status: answer.status });
  const value = parseAnswer(answer.text);
  const account = member(value, 'account');
  const session = sessionOf(member(value, 'session'), carrier);
  if (textOf(member(value, 'carrier'), wordPattern) !== carrier)
    return refuse('credentials_invalid', 'other-carrier');
  const principal: Principal = {
    accountId: textOf(member(account, 'id'), idPattern),
    sessionId: session?.id,
    carrier,
    clientId: undefined,
    roles: wordsOf(member(account, 'roles')),
    scopes: wordsOf(member(value, 'scopes')),
    provenAt: Math.floor(timeOf(member(value, 'proven_at')) / 1000),
    amr: wordsOf(member(value, 'amr')),
    // Tokens end before their session does; only the cookie of a session lives as long as that.
    expiresAt: carrier === 'cookie' && session ? Math.floor(session.end / 1000) : undefined,
  };
  return { principal: Object.freeze(principal), sessionEnd: session?.end };
}

/** API keys and Basic have no session, everything else has one. */
function sessionOf(value: unknown, carrier: CarrierName): { id: string; end: number } | undefined {
  if (carrier !== 'api-key' && carrier !== 'basic')
    return { id: textOf(member(value, 'id'), idPattern), end: timeOf(member(value, 'expires_at')) };
  if (value !== null) throw new Unanswered('nonsense');
  return undefined;
}

/** A text of this pattern. Throws Unanswered for anything else. */
export function textOf(value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw new Unanswered('nonsense');
  return value;
}

/** A list of words, such as roles or scopes. Throws Unanswered for anything else. */
export function wordsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > mostWords) throw new Unanswered('nonsense');
  return Object.freeze(value.map((word: unknown) => textOf(word, wordPattern)));
}

function timeOf(value: unknown): number {
  const time = Date.parse(textOf(value, timePattern));
  if (!Number.isFinite(time)) throw new Unanswered('nonsense');
  return time;
}

/** RFC 9110 §15: what the server's status means for whoever presented the credential. Throws Unanswered for others. */
export function refusalOf({ status, headers, text }: IssuerAnswer): Refusal {
  const retryAfter = secondsOf(headers.get('retry-after'));
  const decision = decisionIn(text);
  if (status === 401 || status === 403)
    return refuse('credentials_invalid', 'refused-by-server', { detail: { status }, decision });
  if (status === 400 || status === 431)
    return refuse('request_malformed', 'refused-by-server', { detail: { status } });
  if (status === 429)
    return refuse('attempts_exhausted', 'refused-by-server', { retryAfter: retryAfter ?? 1, decision });
  if (status === 503) return refuse('server_unavailable', 'server-busy', { retryAfter });
  throw new Unanswered('status', { status });
}

/** The id that explains a refusal, where the problem document has one of our shape. */
const decisionIn = (text: string): string | undefined =>
  /"decision":"(dw_why_[\w-]{1,4000})"/.exec(text)?.[1];

function secondsOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Math.min(Number(text), longestWait) : undefined;
}
