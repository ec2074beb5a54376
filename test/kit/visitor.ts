/**
 * A visitor: one browser or program in front of a server. It keeps cookies as a browser does, says where its requests
 * come from, and speaks JSON.
 */
import type { Serving } from './serving.ts';

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else undefined. */
  readonly json: Record<string, unknown>;
  readonly text: string;
}

/** What a request may say beside its path. */
export interface Said {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A bearer token. */
  readonly bearer?: string;
}

/** A browser or program. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  ask(method: string, path: string, said?: Said): Promise<Answer>;
}

/** How a visitor appears. */
export interface VisitorOptions {
  /** The address it comes from; only over the bare handler. */
  readonly peer?: string;
  /** A program sends no Origin and keeps no cookies. */
  readonly program?: boolean;
}

/** A visitor of a server. */
export function visit(serving: Serving, { peer, program = false }: VisitorOptions = {}): Visitor {
  const cookies = new Map<string, string>();
  return {
    cookies,
    ask: async (method, path, said = {}) => {
      const headers = new Headers(said.headers);
      if (!program && !headers.has('origin') && method !== 'GET') headers.set('origin', serving.origin);
      if (!program && cookies.size > 0 && !headers.has('cookie')) {
        headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
      }
      if (said.bearer !== undefined) headers.set('authorization', `Bearer ${said.bearer}`);
      if (said.body !== undefined && !headers.has('content-type'))
        headers.set('content-type', 'application/json');
      const body = said.raw ?? (said.body === undefined ? null : JSON.stringify(said.body));
      const request = requestOf(new URL(path, serving.origin), method, { headers, body });
      const response = await serving.send(request, peer);
      keepCookies(cookies, response.headers);
      return read(response);
    },
  };
}

const requestOf = (url: URL, method: string, said: Pick<RequestInit, 'headers' | 'body'>): Request =>
  new Request(url, { method, ...said });

/** Keeps what Set-Cookie says, as far as tests need it: names, values and removal. */
function keepCookies(cookies: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = '', ...attributes] = line.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    if (attributes.includes('Max-Age=0')) cookies.delete(name);
    else cookies.set(name, pair.slice(name.length + 1));
  }
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const json = isJson && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { status: response.status, headers: response.headers, json, text };
}

/** A member of an answer that is text; empty when it is missing. */
export function member(json: Readonly<Record<string, unknown>>, name: string): string {
  const value = json[name];
  return typeof value === 'string' ? value : '';
}

/** A password that every policy accepts. */
export const goodPassword = 'seven quiet herons wade';

/** Makes an account and returns its id. */
export async function signUp(visitor: Visitor, email: string, password = goodPassword): Promise<string> {
  const answer = await visitor.ask('POST', '/api/v1/accounts', { body: { email, password } });
  if (answer.status !== 201) throw new Error(`sign-up answered ${answer.status}: ${answer.text}`);
  return member(answer.json, 'id');
}

/** Signs in and returns the answer's tokens, empty for cookie carriers. */
export async function signIn(
  visitor: Visitor,
  identifier: string,
  { carrier = 'cookie', password = goodPassword }: { carrier?: string; password?: string } = {},
): Promise<{ access: string; refresh: string; session: string }> {
  const body = { identifier, password, carrier };
  const answer = await visitor.ask('POST', '/api/v1/sessions', { body });
  if (answer.status !== 201) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`);
  const { session } = answer.json as { session: { id: string } };
  return {
    access: member(answer.json, 'access_token'),
    refresh: member(answer.json, 'refresh_token'),
    session: session.id,
  };
}
