/**
 * The guard as middleware of Hono 4. It decides nothing: it hands the request over and carries the verdict out.
 *
 *     app.get('/orders', protect(guard, requireScope('orders:read')), (context) =>
 *       context.json(ordersOf(context.var.principal.accountId)));
 */
import type { MiddlewareHandler } from 'hono';
import type { Guard } from '../guard.ts';
import type { Principal } from '../principal.ts';
import { readRequest } from '../request.ts';
import type { Requirement } from '../requirements.ts';

/** What later handlers of the route find in the context. */
export interface Protected {
  Variables: { principal: Principal };
}

/** Lets requests of principals that meet all requirements go on, and answers the others. */
export const protect =
  (guard: Pick<Guard, 'verify'>, ...requirements: readonly Requirement[]): MiddlewareHandler<Protected> =>
  async (context, next) => {
    const request = {
      ...readRequest(context.req.raw),
      peer: peerOf(context.env as NodeBindings | undefined),
    };
    const { principal, failure } = await guard.verify(request, ...requirements);
    if (failure) return new Response(failure.body, failure);
    context.set('principal', principal);
    return next();
  };

/** What @hono/node-server hands in; other runtimes hand in other things. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

const peerOf = (env: NodeBindings | undefined): string | undefined => env?.incoming?.socket?.remoteAddress;
