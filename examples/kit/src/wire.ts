/** A request as Doorward's carriers see it. */
import type { Wire } from 'doorward';
import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';

/** The address of the socket, for the budgets against guessing. */
export function networkOf(c: Context): string {
  const bindings = c.env as { incoming?: { socket: { remoteAddress?: string } } } | undefined;
  return bindings?.incoming?.socket.remoteAddress ?? 'unknown';
}

/**
 * The wire of a request. What a system takes from elsewhere than headers and cookies, such as a form field, is `given`
 * by a header name of the system's own, and no header of the request can stand in for it.
 */
export const wireOf = (c: Context, given?: Readonly<Record<string, string>>): Wire => ({
  header: (name) => (given === undefined ? c.req.header(name) : given[name]),
  cookie: (name) => getCookie(c, name),
  network: networkOf(c),
});
