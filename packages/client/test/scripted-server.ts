/**
 * A server that rotates strictly, as a function: each refresh token is good once. A test can hold its answers back, lose
 * them, or say them itself.
 */
import { jsonOf, membersOf } from '../src/check.ts';

/** One request that arrived. */
export interface Arrived {
  readonly path: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** What a test may say instead of the server, before it acts; undefined lets it act. */
export type Script = (arrived: Arrived) => Promise<Response | undefined> | Response | undefined;

/** A scripted server. */
export interface ScriptedServer {
  readonly fetch: typeof globalThis.fetch;
  /** What arrived, oldest first. */
  readonly arrived: Arrived[];
  /** The paths of what arrived that end so. */
  count(path: string): number;
  /** Asked first about every request. */
  script: Script;
  /** Asked about every answer of the server: may lose it or keep it for a while. */
  reply: (answer: Response, arrived: Arrived) => Promise<Response> | Response;
  /** Ends every session. */
  revokeAll(): void;
  /** Sessions that are open. */
  open(): number;
}

/** The issuer of the scripted server. */
export const issuer = 'https://auth.example.com';

/** Answers in JSON. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });

/** A failure as the server says it. */
export const problem = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  json(status, { status, code, title: `It is ${code}.` }, headers);

/** How a scripted server is. */
export interface ScriptedServerOptions {
  /** Seconds that access tokens live, as far as it says; only a rotation or an end kills one. 300 unless given. */
  readonly life?: number;
  /** The direct predecessor of a refresh token gets the same successor, instead of ending the session. */
  readonly window?: boolean;
}

interface Family {
  access: string;
  refresh: string;
  /** Earlier refresh tokens, oldest first. */
  readonly old: string[];
}

/** Makes a scripted server. */
export function scriptedServer(options: ScriptedServerOptions = {}): ScriptedServer {
  const families = new Set<Family>();
  const act = actor(families, options);
  const server: ScriptedServer = {
    arrived: [],
    script: () => undefined,
    reply: (answer) => answer,
    count: (path) => server.arrived.filter((one) => one.path.endsWith(path)).length,
    revokeAll: () => families.clear(),
    open: () => families.size,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = await request.text();
      const authorization = request.headers.get('authorization') ?? undefined;
      const { pathname: path } = new URL(request.url);
      const arrived = { path, url: request.url, authorization, body: membersOf(jsonOf(text)), text };
      server.arrived.push(arrived);
      return aborting(request.signal, async () => {
        const said = await server.script(arrived);
        return said ?? server.reply(act(arrived), arrived);
      });
    },
  };
  return server;
}

/** What the server itself does. */
function actor(families: Set<Family>, { life = 300, window = false }: ScriptedServerOptions) {
  let drawn = 0;
  const draw = (): { access: string; refresh: string } => ({
    access: `at-${++drawn}`,
    refresh: `rt-${drawn}`,
  });
  const familyOf = (token: unknown): Family | undefined =>
    [...families].find(({ refresh, old }) => [refresh, ...old].includes(String(token)));
  const refresh = (token: unknown): Response => {
    const family = familyOf(token);
    if (!family) return problem(401, 'refresh_refused');
    if (family.refresh === token) {
      family.old.push(family.refresh);
      Object.assign(family, draw());
    } else if (!window || family.old.at(-1) !== token) {
      families.delete(family);
      return problem(401, 'refresh_refused');
    }
    return json(200, tokens(family, life));
  };
  return ({ path, body, authorization }: Arrived): Response => {
    switch (path) {
      case '/api/v1/accounts':
        return json(201, account);
      case '/api/v1/sessions': {
        if (body['password'] !== 'right') return problem(401, 'sign_in_refused');
        const family = { ...draw(), old: [] };
        families.add(family);
        return json(201, { account, session: { id: `s-${drawn}` }, ...tokens(family, life) });
      }
      case '/api/v1/tokens/refresh':
        return refresh(body['refresh_token']);
      case '/api/v1/tokens/revoke': {
        const family = familyOf(body['token']);
        if (family) families.delete(family);
        return new Response(null, { status: 204 });
      }
      default: {
        const isKnown = [...families].some(({ access }) => authorization === `Bearer ${access}`);
        return isKnown ? json(200, { ok: true }) : problem(401, 'credentials_invalid');
      }
    }
  };
}

const tokens = ({ access, refresh }: Family, life: number): object => ({
  access_token: access,
  token_type: 'Bearer',
  expires_in: life,
  refresh_token: refresh,
  refresh_expires_in: 3600,
});

const account = { id: 'a-1', name: 'Ada', email: 'ada@example.com', username: null, roles: ['member'] };

/** Rejects as fetch does when the signal fires first. */
function aborting(signal: AbortSignal, work: () => Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    work().then(resolve, reject);
  });
}

/** What fetch rejects with when nobody answers. */
export const noNetwork = (): TypeError => new TypeError('fetch failed');

/** A promise and the hand that settles it. */
export function gate(): { readonly passed: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
