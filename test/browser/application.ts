/**
 * An application of somebody else, at an origin of its own: its callback shows what it was told, one callback leads on to
 * another origin first, and one page sends a request by a form.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** The application. */
export interface Application {
  readonly callback: string;
  /** Redirects to another origin, as many applications do. */
  readonly callbackThatLeadsOn: string;
  /** The address of a page with a form that sends the fields to `action`. */
  formTo(action: string, fields: string): string;
  close(): Promise<void>;
}

/** Starts the application. */
export async function startApplication(): Promise<Application> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    callback: `${origin}/callback`,
    callbackThatLeadsOn: `${origin}/leads-on`,
    formTo: (action, fields) => `${origin}/form?${new URLSearchParams({ action, fields }).toString()}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  if (url.pathname === '/leads-on') {
    const location = `http://localhost:${url.port}/callback${url.search}`;
    return void response.writeHead(302, { location }).end();
  }
  if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
  const html = url.pathname === '/form' ? formPage(url.searchParams) : await toldPage(request, url);
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
}

async function toldPage(request: IncomingMessage, url: URL): Promise<string> {
  const { method = '' } = request;
  const fields = method === 'POST' ? new URLSearchParams(await text(request)) : url.searchParams;
  return `<title>Application</title><pre id="told">${escape(JSON.stringify({ ...Object.fromEntries(fields), method }))}</pre>`;
}

function formPage(query: URLSearchParams): string {
  const inputs = [...new URLSearchParams(query.get('fields') ?? '')].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  return `<title>Application</title><form method="post" action="${query.get('action')}">${inputs.join('')}<button>Go</button></form>`;
}

const escape = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
