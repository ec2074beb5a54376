/**
 * The guard before a handler of node:http. It decides nothing: it hands the request over and carries the verdict out.
 *
 *     createServer(protect(guard, requireScope('orders:read'))((request, response, principal) => { … }));
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GuardFailure } from '../answer.ts';
import type { Guard } from '../guard.ts';
import type { Principal } from '../principal.ts';
import { readIncoming } from '../request.ts';
import type { Requirement } from '../requirements.ts';

/** A handler that is told who is calling. */
export type ProtectedListener = (
  request: IncomingMessage,
  response: ServerResponse,
  principal: Principal,
) => void | Promise<void>;

/** Lets a handler see requests of principals that meet all requirements, and answers the others. What the handler throws is thrown on. */
export const protect =
  (guard: Pick<Guard, 'verify'>, ...requirements: readonly Requirement[]) =>
  (listener: ProtectedListener): ((request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  async (request, response) => {
    const incoming = readIncoming(request, request.socket.remoteAddress);
    const { principal, failure } = await guard.verify(incoming, ...requirements);
    if (failure) sendFailure(response, failure);
    else await listener(request, response, principal);
  };

/** Answers with a failure. */
export function sendFailure(response: ServerResponse, { status, headers, body }: GuardFailure): void {
  response.statusCode = status;
  response.setHeaders(new Map(Object.entries(headers)));
  response.end(body);
}
