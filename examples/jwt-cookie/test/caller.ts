/**
 * Whoever calls the system: a program that says nothing of itself, or a browser that keeps cookies, asks for pages and
 * says where it comes from.
 */

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What a request may say beside its path. */
export interface Said {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** A program or browser with its cookies. */
export interface Caller {
  readonly cookies: Map<string, string>;
  ask(method: string, path: string, said?: Said): Promise<Answer>;
}

/** Sends a request, without following redirects. */
export type Send = (request: Request) => Response | Promise<Response>;

/** Over the network. */
export const overNetwork: Send = (request) => fetch(request, { redirect: 'manual' });

/** A caller of the system at `origin`. It sends `always` with each request. */
export function callerOf(origin: string, send: Send, always: Readonly<Record<string, string>> = {}): Caller {
  const cookies = new Map<string, string>();
  return {
    cookies,
    ask: async (method, path, { headers = {}, fields, body } = {}) => {
      const all = new Headers({ ...always, ...headers });
      if (cookies.size > 0 && !all.has('cookie'))
        all.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      if (fields) all.set('content-type', 'application/x-www-form-urlencoded');
      const content = fields ? new URLSearchParams(fields).toString() : (body ?? null);
      const said = { method, headers: all, body: content };
      const response = await send(new Request(origin + path, said));
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
  };
}

/** What a browser asks for when somebody follows a link or sends a form. */
export const pageWanted = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** A browser whose visitor sends forms of our own pages. */
export const browserOf = (origin: string, send: Send): Caller =>
  callerOf(origin, send, { accept: pageWanted, origin, 'sec-fetch-site': 'same-origin' });

/** Fetches a page and returns the token of its form. */
export async function formOf(caller: Caller, path = '/login'): Promise<string> {
  const { text } = await caller.ask('GET', path);
  return /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
}
