/**
 * One small API in every framework that the guard has an adapter for, each on a socket of its own. The routes are the same
 * everywhere; `handled` counts what got past the guard.
 */
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import {
  protect as forExpress,
  principalOf as inExpress,
} from '../../../packages/guard/src/adapters/express.ts';
import {
  protect as forFastify,
  principalOf as inFastify,
} from '../../../packages/guard/src/adapters/fastify.ts';
import { protect as forHono } from '../../../packages/guard/src/adapters/hono.ts';
import { protect as forNode } from '../../../packages/guard/src/adapters/node.ts';
import { protect as forWeb } from '../../../packages/guard/src/adapters/web.ts';
import {
  type Guard,
  type Principal,
  type Requirement,
  requireRecent,
  requireRole,
  requireScope,
} from '../../../packages/guard/src/index.ts';

/** What the routes require, by path. */
const routes: Readonly<Record<string, readonly Requirement[]>> = {
  '/any': [],
  '/scope': [requireScope('doorward:accounts:read')],
  '/role': [requireRole('admin')],
  '/recent': [requireRecent(300)],
  '/broken': [
    () => {
      throw new Error('a requirement that breaks');
    },
  ],
};

/** An API that listens. */
export interface GuardedApp {
  readonly origin: string;
  /** Requests that reached a handler. */
  handled(): number;
  close(): Promise<void>;
}

/** Told of a request that got past the guard; what it returns is the answer. */
type Handle = (principal: Principal) => Principal;

/** Mounts the routes in one framework. */
type Mount = (guard: Guard, handle: Handle) => Server | Promise<Server>;

const pathOf = (request: IncomingMessage): string => new URL(request.url ?? '/', 'http://localhost').pathname;

function mountNode(guard: Guard, handle: Handle): Server {
  const show = (_: IncomingMessage, response: ServerResponse, principal: Principal): void => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(handle(principal)));
  };
  const listeners = new Map(
    Object.entries(routes).map(([path, requirements]) => [path, forNode(guard, ...requirements)(show)]),
  );
  return createServer((request, response) => {
    const listener = listeners.get(pathOf(request));
    if (listener) void listener(request, response);
    else response.writeHead(404).end();
  });
}

function mountExpress(guard: Guard, handle: Handle): Server {
  const app = express();
  for (const [path, requirements] of Object.entries(routes))
    app.all(path, forExpress(guard, ...requirements), (request, response) => {
      response.json(handle(inExpress(request)));
    });
  app.get('/forgotten', (request, response) => {
    response.json(handle(inExpress(request)));
  });
  return createServer(app as RequestListener);
}

async function mountFastify(guard: Guard, handle: Handle): Promise<Server> {
  const app = fastify();
  for (const [path, requirements] of Object.entries(routes))
    app.all(path, { onRequest: forFastify(guard, ...requirements) }, (request) => handle(inFastify(request)));
  app.get('/forgotten', (request) => handle(inFastify(request)));
  await app.ready();
  return app.server;
}

function mountHono(guard: Guard, handle: Handle): Server {
  const app = new Hono();
  for (const [path, requirements] of Object.entries(routes))
    app.all(path, forHono(guard, ...requirements), (context) => context.json(handle(context.var.principal)));
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

function mountWeb(guard: Guard, handle: Handle): Server {
  const handlers = new Map(
    Object.entries(routes).map(([path, requirements]) => [
      path,
      forWeb(guard, ...requirements)((_, principal) => Response.json(handle(principal))),
    ]),
  );
  const fetch = async (request: Request): Promise<Response> =>
    (await handlers.get(new URL(request.url).pathname)?.(request)) ?? new Response(null, { status: 404 });
  return createAdaptorServer({ fetch }) as Server;
}

/** Every adapter, by the name of its framework. */
export const mounts: readonly (readonly [string, Mount])[] = [
  ['express', mountExpress],
  ['fastify', mountFastify],
  ['hono', mountHono],
  ['node:http', mountNode],
  ['web', mountWeb],
];

/** Listens with one of them. */
export async function openApp(mount: Mount, guard: Guard): Promise<GuardedApp> {
  let handled = 0;
  const server = await mount(guard, (principal) => {
    handled += 1;
    return principal;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    handled: () => handled,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
