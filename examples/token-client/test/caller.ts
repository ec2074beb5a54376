/** Somebody who calls the system: with cookies that they keep, from an address. */

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body if it is a JSON object, else empty. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** What goes along with a call. */
export interface CallMore {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A caller. */
export interface Caller {
  ask(method: string, path: string, more?: CallMore): Promise<Answer>;
}

/** A caller who keeps cookies, if asked to, as a browser does. */
export function callerOf(
  send: (request: Request) => Response | Promise<Response>,
  { origin, keepsCookies = false }: { origin: string; keepsCookies?: boolean },
): Caller {
  const cookies = new Map<string, string>();
  return {
    ask: async (method, path, { json, body, headers = {} } = {}) => {
      const all = new Headers(headers);
      if (json !== undefined) all.set('content-type', 'application/json');
      if (keepsCookies) all.set('sec-fetch-site', 'same-origin');
      if (cookies.size > 0) all.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
      const content = json === undefined ? (body ?? null) : JSON.stringify(json);
      const init: RequestInit = { method, headers: all, ...(content === null ? {} : { body: content }) };
      const answer = await send(new Request(`${origin}${path}`, init));
      for (const line of keepsCookies ? answer.headers.getSetCookie() : []) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/;\s*max-age=0/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
      return {
        status: answer.status,
        headers: answer.headers,
        text,
        json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
      };
    },
  };
}
