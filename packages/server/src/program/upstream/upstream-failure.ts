/** What went wrong with an outside provider, in the words of the registry. */
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { type DomainFailure, fail, isFailure } from '../../domain/failures.ts';

/** Answers that are none of the protocol: a breakage there, not a refusal. */
const broken: ReadonlySet<string> = new Set([
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/**
 * The failure of what the library or the gate has thrown. What the provider said stays out of it but for error codes
 * (RFC 6749 §4.1.2.1, §5.2): it is for the operator, and may hold anything.
 */
export function outsideFailure(thrown: unknown): DomainFailure {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) if (isFailure(cause)) return cause;
  if (thrown instanceof AuthorizationResponseError || thrown instanceof ResponseBodyError)
    return fail('provider_refused', { detail: { check: 'error-answered', error: word(thrown.error) } });
  const code = thrown instanceof ClientError ? (thrown.code ?? '') : '';
  if (broken.has(code)) return fail('provider_unavailable', { detail: { check: code }, cause: thrown });
  return fail('provider_refused', { detail: { check: 'answer-invalid', reason: code }, cause: thrown });
}

const word = (error: string): string => (/^[a-z_]{1,50}$/.test(error) ? error : 'unknown');
