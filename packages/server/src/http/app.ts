/**
 * The route table as a handler: Request → Response, for any server that speaks those.
 */
import { type Context, Hono } from 'hono';
import { isPreflight, preflightRows } from './cors.ts';
import { type Connection, dispatch } from './dispatch.ts';
import type { HttpParts, Method, Route } from './route.ts';
import { checkTable } from './routes.ts';

/** Answers requests. */
export type Handler = (request: Request, connection: Connection) => Response | Promise<Response>;

const tableMethods: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

interface Environment {
  Bindings: { connection: Connection };
}

/** Makes the handler of a table. Throws when a row has a hole. */
export function createHandler(parts: HttpParts, table: readonly Route[]): Handler {
  checkTable(table);
  const app = new Hono<Environment>();
  const preflights = preflightRows(table);
  const arrive = (
    context: Context<Environment>,
    route: Route | undefined,
    allow?: string,
  ): Promise<Response> =>
    dispatch(parts, {
      request: context.req.raw,
      connection: context.env.connection,
      route,
      allow,
      param: (name) => context.req.param(name) ?? '',
    });
  for (const route of table) app.on(route.method, route.path, (context) => arrive(context, route));
  // Asked of the router only when no row fits: rows for refusing would stand beside every other row of their path.
  const allowed = (path: string): string | undefined => {
    const methods = tableMethods.filter((method) => app.router.match(method, path)[0].length > 0);
    if (methods.length === 0) return undefined;
    return [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  };
  app.notFound((context) => {
    const { path, raw } = context.req;
    const row = isPreflight(raw) ? preflights.get(path) : undefined;
    return row ? arrive(context, row) : arrive(context, undefined, allowed(path));
  });
  return (request, connection) => app.fetch(request, { connection });
}
