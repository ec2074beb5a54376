/**
 * How the endpoints of OAuth tell a failure: the codes of the standards as JSON (RFC 6749 §5.2), and at a resource of ours
 * the challenges of RFC 6750 §3 and RFC 9449 §7.1. What failed before the endpoint was reached keeps the status and the
 * code of our own registry.
 */
import { failures, isFailure } from '../../domain/failures.ts';
import { dpopNonce } from '../../domain/oauth/dpop.ts';
import { challenge } from '../../protocol/authorization-header.ts';
import { dpopChallenge } from '../../protocol/oauth/dpop.ts';
import { errorBody, type OAuthErrorCode, OAuthFault } from '../../protocol/oauth/error.ts';
import { decide } from '../reply.ts';
import type { HttpParts, RefusedRequest, Reply, Told } from '../route.ts';

/** HTTP statuses by code, where it is not 400 (RFC 6749 §5.2, RFC 6750 §3.1). */
const statuses: Readonly<Partial<Record<OAuthErrorCode, number>>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
};

/** Codes that tell at a resource why a token opens nothing there: they stand in the challenge too (RFC 6750 §3, §3.1). */
const tokenCodes: ReadonlySet<OAuthErrorCode> = new Set([
  'invalid_request',
  'invalid_token',
  'insufficient_scope',
]);

/** Codes that mean at a resource that the token beside them opens nothing (RFC 9449 §7.1). */
const proofCodes: ReadonlySet<OAuthErrorCode> = new Set(['invalid_dpop_proof', 'use_dpop_nonce']);

/** Tells a failure of an endpoint for clients. */
export const refuseAtEndpoint = (parts: HttpParts, thrown: Told, refused: RefusedRequest): Reply =>
  tell(parts, thrown, { refused, opensBy: 'nothing' });

/** Tells a failure of a resource that access tokens open. */
export const refuseAtResource = (parts: HttpParts, thrown: Told, refused: RefusedRequest): Reply =>
  tell(parts, thrown, { refused, opensBy: 'access token' });

/** Tells a failure of a resource that a Bearer token of its own opens, as registration has them (RFC 7591 §3, RFC 7592 §2). */
export const refuseAtRegistration = (parts: HttpParts, thrown: Told, refused: RefusedRequest): Reply =>
  tell(parts, thrown, { refused, opensBy: 'bearer token' });

interface Place {
  readonly refused: RefusedRequest;
  /** What an endpoint for clients wants is no token. */
  readonly opensBy: 'nothing' | 'access token' | 'bearer token';
}

function tell(parts: HttpParts, thrown: Told, place: Place): Reply {
  const { status, code, detail, body, retryAfter } = wordsOf(thrown, place);
  const decision = decide(parts, { status, code, detail }, place.refused);
  return {
    status,
    json: decision === undefined ? body : { ...body, decision },
    headers: {
      'x-request-id': place.refused.requestId,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(isChallenged(thrown, status, place)
        ? { 'www-authenticate': challenges(parts, thrown, place) }
        : {}),
      ...(code === 'use_dpop_nonce' ? { 'dpop-nonce': dpopNonce(parts.ports) } : {}),
    },
  };
}

function wordsOf(thrown: Told, { opensBy }: Place) {
  const resource = opensBy !== 'nothing';
  if (thrown instanceof OAuthFault) {
    const { error: code, check, parameter } = thrown;
    const status = resource && proofCodes.has(code) ? 401 : (statuses[code] ?? 400);
    return { status, code, detail: { check, parameter }, body: errorBody(thrown), retryAfter: undefined };
  }
  const { code, detail, retryAfter } = thrown;
  const { status, title } = failures[code];
  return {
    status,
    code,
    detail,
    retryAfter,
    // RFC 6750 §3.1: who showed nothing is told of no error.
    body: {
      ...(resource && status === 401 ? {} : { error: errorFor(status) }),
      error_description: title,
      code,
    },
  };
}

/** The code of the standards that comes nearest to a failure of ours. */
function errorFor(status: number): OAuthErrorCode {
  if (status === 401) return 'invalid_token';
  if (status === 403) return 'access_denied';
  if (status === 500) return 'server_error';
  return status === 429 || status === 503 ? 'temporarily_unavailable' : 'invalid_request';
}

/** RFC 6750 §3: every refusal of a request whose token opens nothing bears a challenge, whatever its status. */
const isChallenged = (thrown: Told, status: number, { opensBy }: Place): boolean =>
  status === 401 || (opensBy !== 'nothing' && thrown instanceof OAuthFault && tokenCodes.has(thrown.error));

/** RFC 6749 §5.2 at an endpoint. At a resource both schemes, or after a token the one that it was shown by. */
function challenges({ site }: HttpParts, thrown: Told, { refused, opensBy }: Place): string {
  if (opensBy === 'nothing') return challenge({ scheme: 'Basic', realm: site.origin });
  if (isFailure(thrown)) {
    const bearer = challenge({ scheme: 'Bearer', realm: site.origin });
    return opensBy === 'access token' ? `${bearer}, ${dpopChallenge(undefined)}` : bearer;
  }
  const shownByProof = /^dpop /i.test(refused.request.headers.get('authorization') ?? '');
  if (shownByProof || proofCodes.has(thrown.error)) return dpopChallenge(thrown);
  const { error, description: errorDescription } = thrown;
  return challenge({ scheme: 'Bearer', realm: site.origin, error, errorDescription });
}
