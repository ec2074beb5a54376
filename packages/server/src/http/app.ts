/**
 * The route table as a handler: Request → Response, for any server that speaks those.
 */
import { type Context, Hono } from 'hono';
import { type Connection, dispatch } from './dispatch.ts';
import type { HttpParts, Route } from './route.ts';
import { checkTable } from './routes.ts';

/** Answers requests. */
export type Handler = (request: Request, connection: Connection) => Response | Promise<Response>;

interface Environment {
  Bindings: { connection: Connection };
}

/** Makes the handler of a table. Throws when a row has a hole. */
export function createHandler(parts: HttpParts, table: readonly Route[]): Handler {
  checkTable(table);
  const app = new Hono<Environment>();
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
  for (const path of new Set(table.map((route) => route.path))) {
    const methods = table.filter((route) => route.path === path).map(({ method }) => method);
    const allow = (methods.includes('GET') ? [...methods, 'HEAD'] : methods).join(', ');
    app.all(path, (context) => arrive(context, undefined, allow));
  }
  app.notFound((context) => arrive(context, undefined));
  return (request, connection) => app.fetch(request, { connection });
}
