/** Calls as a program sends them, to a started program or to a system in this process, and the cookie that it keeps. */

/** What goes with a call. */
export interface Said {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body as it stands. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

/** An answer, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, read as JSON; undefined when it is none. */
  readonly json: unknown;
}

/** One who calls, and keeps the cookie that it is given. */
export interface Caller {
  /** The cookie, `name=value`; empty when there is none. */
  cookie: string;
  ask(method: string, path: string, said?: Said): Promise<Answer>;
}

/** Makes a caller of whatever answers requests. */
export function callerOf(send: (request: Request) => Response | Promise<Response>, origin: string): Caller {
  const caller: Caller = {
    cookie: '',
    ask: async (method, path, said = {}) => {
      const { body, type } = bodyOf(said);
      const headers = new Headers({
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(caller.cookie === '' ? {} : { cookie: caller.cookie }),
        ...said.headers,
      });
      const response = await send(requestOf(new URL(path, origin), method, { headers, body }));
      const [pair] = response.headers.get('set-cookie')?.split('; ') ?? [];
      if (pair !== undefined) caller.cookie = pair.endsWith('=') ? '' : pair;
      return answerOf(response);
    },
  };
  return caller;
}

const requestOf = (url: URL, method: string, said: RequestInit): Request =>
  new Request(url, { method, ...said });

function bodyOf({ json, form, raw }: Said): { body: string | Uint8Array<ArrayBuffer> | null; type?: string } {
  if (json !== undefined) return { body: JSON.stringify(json), type: 'application/json' };
  if (form !== undefined)
    return { body: new URLSearchParams(form).toString(), type: 'application/x-www-form-urlencoded' };
  return { body: raw ?? null };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** A member of an answer that is text; empty when it is none. */
export function member(json: unknown, name: string): string {
  const value: unknown = Object(json)[name];
  return typeof value === 'string' ? value : '';
}

/** The value of `Authorization` for HTTP Basic. */
export const basic = (name: string, password: string): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
