/** How this system says no: `{"detail": …}`, whoever it was that refused. */

import { ClientFailure } from '@doorward/client';
import { Refused } from '@doorward/examples-kit';
import { Unprocessable } from './inputs.ts';

/** The central server gives no useful answer. The tokens are kept. */
export const unavailable = (wait?: string | null): Refused =>
  new Refused(503, 'Authentication service unavailable', wait ? { 'retry-after': wait } : {});

/** Nobody is signed in here, or the central server does not go on with the session. */
export const signInFirst = (): Refused =>
  new Refused(401, 'No valid access token available. Please login first.');

/** What the client throws, as a refusal; undefined for anything else. */
export function refusalOf(thrown: unknown): Refused | undefined {
  if (thrown instanceof Refused) return thrown;
  if (!(thrown instanceof ClientFailure)) return undefined;
  const { code, status = 503, retryAfter, fields, message } = thrown;
  // A client is closed when its vault was dropped while it was asked.
  if (code === 'signed_out' || code === 'closed') return signInFirst();
  if (code === 'sign_in_refused') return new Refused(401, 'Incorrect username or password');
  if (status >= 500) return unavailable(retryAfter?.toString());
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  const sentences = fields.map((fault) => `${fault.field}: ${fault.message}`);
  return new Refused(status, sentences.length > 0 ? sentences.join(' ') : message, headers);
}

/** The answer to a refused call. RFC 9110 §15.5.2: an answer 401 says how to authenticate. */
export function refuse(refused: Refused): Response {
  const { status, message, headers } = refused;
  const detail = refused instanceof Unprocessable ? refused.faults : message;
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return Response.json({ detail }, { status, headers: { ...challenge, ...headers } });
}
