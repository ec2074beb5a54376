/**
 * The guard as a hook of Fastify 5. It decides nothing: it hands the request over and carries the verdict out.
 *
 *     app.get('/orders', { onRequest: protect(guard, requireScope('orders:read')) }, (request) =>
 *       ordersOf(principalOf(request).accountId));
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Guard } from '../guard.ts';
import type { Principal } from '../principal.ts';
import { readIncoming } from '../request.ts';
import type { Requirement } from '../requirements.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; set by `protect`. */
    principal?: Principal;
  }
}

/** Lets requests of principals that meet all requirements go on, and answers the others. */
export const protect =
  (guard: Pick<Guard, 'verify'>, ...requirements: readonly Requirement[]) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const incoming = readIncoming(request.raw, request.ip);
    const { principal, failure } = await guard.verify(incoming, ...requirements);
    if (failure) return reply.code(failure.status).headers(failure.headers).send(failure.body);
    request.principal = principal;
    return undefined;
  };

/** Who is calling. Throws when the route is not protected, so that a forgotten `protect` lets nobody in. */
export function principalOf({ principal }: Pick<FastifyRequest, 'principal'>): Principal {
  if (!principal) throw new Error('this route is not protected');
  return principal;
}
