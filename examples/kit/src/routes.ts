/** A system's table of routes, and what follows from it without another word. */
import { type Context, Hono } from 'hono';
import { Refused, refusedBy } from './refused.ts';

/** A method and a path, with `:name` for what varies: `GET /cupcakes/:id`. */
export type Row = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;

/** Answers one call. Throws `Refused`, or a failure of Doorward. */
export type Handler = (c: Context) => Response | Promise<Response>;

/** What answers requests; the second argument is what @hono/node-server tells about the socket. */
export type Fetch = (request: Request, bindings?: object) => Response | Promise<Response>;

/**
 * Makes a system of its routes. The first row that fits a request answers it, with or without a slash at the end;
 * an unknown path is 404, another method 405 with `Allow`, and all that is thrown goes through `refuse`, which alone
 * knows how the system spells an error.
 */
export function createRoutes(
  table: Readonly<Record<Row, Handler>>,
  refuse: (refused: Refused) => Response,
): Fetch {
  const app = new Hono({ strict: false });
  const methods = new Map<string, string[]>();
  app.use(async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  for (const [row, handler] of Object.entries(table)) {
    const [method = '', path = ''] = row.split(' ');
    app.on(method, path, handler);
    methods.set(path, [...(methods.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  }
  for (const [path, allowed] of methods) {
    app.all(path, () => {
      throw new Refused(405, 'Method not allowed', { allow: allowed.join(', ') });
    });
  }
  app.notFound(() => refuse(new Refused(404, 'Not found')));
  app.onError((thrown) => refuse(refusedBy(thrown)));
  return app.fetch;
}

/** The error shape that most systems share: `{"error":"…"}`. */
export const errorJson = ({ status, message, headers }: Refused): Response =>
  Response.json({ error: message }, { status, headers });
