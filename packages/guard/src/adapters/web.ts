/**
 * The guard around a function from Request to Response: route handlers of Next.js, SvelteKit and Workers. It decides
 * nothing: it hands the request over and carries the verdict out.
 *
 *     export const GET = protect(guard, requireScope('orders:read'))((request, principal) => Response.json(…));
 *
 * What a framework passes beside the request comes after the principal.
 */
import type { Guard } from '../guard.ts';
import type { Principal } from '../principal.ts';
import type { Requirement } from '../requirements.ts';

/** Lets a handler see requests of principals that meet all requirements, and answers the others. */
export const protect =
  (guard: Pick<Guard, 'verify'>, ...requirements: readonly Requirement[]) =>
  <Rest extends readonly unknown[]>(
    handler: (request: Request, principal: Principal, ...rest: Rest) => Response | Promise<Response>,
  ): ((request: Request, ...rest: Rest) => Promise<Response>) =>
  async (request, ...rest) => {
    const { principal, failure } = await guard.verify(request, ...requirements);
    return failure ? new Response(failure.body, failure) : handler(request, principal, ...rest);
  };
