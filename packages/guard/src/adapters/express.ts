/**
 * The guard as middleware of Express 5. It decides nothing: it hands the request over and carries the verdict out.
 *
 *     app.get('/orders', protect(guard, requireScope('orders:read')), (request, response) => {
 *       response.json(ordersOf(principalOf(request).accountId));
 *     });
 */
import type { Request, RequestHandler } from 'express';
import type { Guard } from '../guard.ts';
import type { Principal } from '../principal.ts';
import { readIncoming } from '../request.ts';
import type { Requirement } from '../requirements.ts';
import { sendFailure } from './node.ts';

declare global {
  namespace Express {
    interface Request {
      /** Who is calling; set by `protect`. */
      principal?: Principal;
    }
  }
}

/** Lets requests of principals that meet all requirements go on, and answers the others. */
export const protect =
  (guard: Pick<Guard, 'verify'>, ...requirements: readonly Requirement[]): RequestHandler =>
  async (request, response, next) => {
    const { principal, failure } = await guard.verify(readIncoming(request, request.ip), ...requirements);
    if (failure) return sendFailure(response, failure);
    request.principal = principal;
    next();
  };

/** Who is calling. Throws when the route is not protected, so that a forgotten `protect` lets nobody in. */
export function principalOf({ principal }: Pick<Request, 'principal'>): Principal {
  if (!principal) throw new Error('this route is not protected');
  return principal;
}
