/**
 * The one place where it is decided whether a request passes, and how a refusal is told. It fails closed: whatever is
 * thrown on the way is `server_unavailable`, and only a principal that meets every requirement passes.
 */
import {
  type FailureKind,
  type GuardFailureCode,
  guardFailures,
  isRefusal,
  type Refusal,
  refuse,
} from './failure.ts';
import type { Principal } from './principal.ts';
import { Unanswered } from './remote/issuer.ts';
import { type GuardRequest, readRequest } from './request.ts';
import type { Requirement } from './requirements.ts';

/** A refusal, ready to be sent. */
export interface GuardFailure {
  readonly code: GuardFailureCode;
  readonly status: number;
  /** By lower-case names: media type, `cache-control`, and where they belong `www-authenticate` and `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
  /** A problem document (RFC 9457). */
  readonly body: string;
  /** For the operator alone: which check failed. It stands in neither headers nor body and never holds a credential. */
  readonly detail: Refusal['detail'];
}

/** What a guard says of a request. */
export type Verdict =
  | { readonly principal: Principal; readonly failure?: undefined }
  | { readonly principal?: undefined; readonly failure: GuardFailure };

/** How failures are worded. */
export interface Wording {
  /** The realm of challenges (RFC 9110 §11.5): the issuer. */
  readonly realm: string;
  /** Whether Basic is offered. */
  readonly basic: boolean;
}

/** What an answer is made with. */
export interface AnswerParts extends Wording {
  readonly prove: (request: GuardRequest) => Principal | Refusal | Promise<Principal | Refusal>;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Told of what broke. It must not throw. */
  readonly report: (thrown: unknown) => void;
  /** Told of every outcome. */
  readonly count: (outcome: GuardFailureCode | 'passed') => void;
}

/** Answers a request. Never rejects. */
export type Answer = (
  request: GuardRequest | Request,
  requirements: readonly Requirement[],
) => Promise<Verdict>;

/** Makes the answer of a guard. */
export const createAnswer = ({ prove, now, report, count, ...wording }: AnswerParts): Answer => {
  const refused = (refusal: Refusal): Verdict => {
    const failure = failureOf(refusal, wording);
    count(refusal.code);
    return { failure };
  };
  return async (request, requirements) => {
    try {
      const outcome = await prove(readRequest(request));
      if (isRefusal(outcome)) return refused(outcome);
      for (const requirement of requirements) {
        const refusal = requirement(outcome, now());
        // Undefined alone lets pass: a promise, `false` or an empty object is no answer, and breaks below.
        if (refusal !== undefined) return refused(refusal);
      }
      count('passed');
      return { principal: outcome };
    } catch (thrown) {
      // What the server did not answer was told when it began.
      if (!(thrown instanceof Unanswered)) report(thrown);
      return refused(refuse('server_unavailable', thrown instanceof Unanswered ? 'no-keys' : 'broken'));
    }
  };
};

/** Puts a refusal into words. Throws TypeError for a code that is not in the registry. */
function failureOf(refusal: Refusal, wording: Wording): GuardFailure {
  const { code, detail, retryAfter, scopes, maxAge, decision } = refusal;
  if (!Object.hasOwn(guardFailures, code)) throw new TypeError('a refusal without a code of the registry');
  const kind: FailureKind = guardFailures[code];
  const wait = retryAfter ?? kind.retryAfter;
  const challenge = challengeOf(kind, { scope: scopes?.join(' '), max_age: maxAge }, wording);
  return {
    code,
    status: kind.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
      ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
    },
    body: JSON.stringify({ title: kind.sentence, status: kind.status, code, decision, retry_after: wait }),
    detail,
  };
}

/**
 * What the caller has to bring instead: on every 401 (RFC 9110 §15.5.2), and wherever RFC 6750 §3.1 or RFC 9470 §3 has an
 * error for it. No value needs escaping: realms are origins, sentences are ours, scopes are checked when they are required.
 */
function challengeOf(
  { status, error, sentence }: FailureKind,
  parameters: Readonly<Record<string, string | number | undefined>>,
  { realm, basic }: Wording,
): string | undefined {
  if (status !== 401 && error === undefined) return undefined;
  const told = error === undefined ? {} : { error, error_description: sentence, ...parameters };
  const parts = Object.entries({ realm, ...told })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`);
  const bearer = `Bearer ${parts.join(', ')}`;
  // RFC 7617 §2.1.
  return basic && status === 401 ? `${bearer}, Basic realm="${realm}", charset="UTF-8"` : bearer;
}
