/**
 * What a row of the route table says: method, path, who may call, how forged requests are kept out, which budgets
 * limit it, what goes in and what comes out. Nothing is reachable that no row allows.
 */
import type { GenericSchema, InferOutput } from 'valibot';
import type { DomainFailure, FailureCode } from '../domain/failures.ts';
import type { Ports } from '../domain/ports.ts';
import type { Principal } from '../domain/sessions/authenticate.ts';
import type { Session } from '../domain/sessions/session.ts';
import type { Carrier, CookieValue, Wire } from '../domain/tokens/carrier.ts';
import type { RevocationFeed } from '../domain/tokens/revocation-feed.ts';
import type { Asset } from '../pages/assets.ts';
import type { ShownFailure } from '../pages/failure.ts';
import type { Page } from '../pages/layout.ts';
import type { OAuthFault } from '../protocol/oauth/error.ts';

/** The methods that rows have. HEAD is answered by GET rows. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call. */
export type Access =
  /** Anyone; credentials are not even looked at. */
  | { readonly who: 'anyone' }
  /** An account by any carrier; API keys only with the named scope (or whatever their scopes, `anyScope`), Basic only where said. */
  | { readonly who: 'account'; readonly scope: string | undefined; readonly basic: boolean }
  /** An account by a carrier of a session: no API key, no Basic. */
  | { readonly who: 'session' }
  /** An account whose roles permit it; an API key also needs the permission among its scopes. */
  | { readonly who: 'permitted'; readonly permission: string };

/** On a row that tells an API key about itself: whatever its scopes. */
export const anyScope = '*';

/**
 * How requests that another site makes a browser send are kept out. `none` where nothing changes; `carrier` checks
 * the origin when the credential is one that browsers send by themselves; `always` checks it for every browser;
 * `explicit` where nothing that browsers send by themselves is looked at, so that a forged request brings nothing along.
 */
export type Forgery = 'none' | 'carrier' | 'always' | 'explicit';

/** Pages of the origins that clients have registered, or of any. */
export type SharedWith = 'registered' | 'any';

/** The budgets that a row draws on, for the documentation; the domain spends them. */
export type Limit = 'account' | 'network' | 'sign-up' | 'hashing' | 'none';

/** One kind of answer. */
export interface AnswerEntry {
  readonly description: string;
  readonly schema?: GenericSchema | undefined;
  /** Defaults to application/json. */
  readonly mediaType?: string | undefined;
}

/** What a caller is told of: a failure of the registry, or a fault in the words of OAuth. */
export type Told = DomainFailure | OAuthFault;

/** What is known of a request that was refused. */
export interface RefusedRequest {
  readonly request: Request;
  readonly path: string;
  readonly network: string;
  readonly requestId: string;
}

/** How a row tells what was thrown. */
export type Refuse = (parts: HttpParts, thrown: Told, refused: RefusedRequest) => Reply | Promise<Reply>;

/** A page that is drawn after a failure, and what its browser is to keep for it. */
export interface DrawnPage extends Page {
  readonly cookies?: readonly CookieValue[] | undefined;
}

/** Everything of a row but what it does. */
export interface RouteFacts {
  readonly method: Method;
  /** With `:name` for a parameter. */
  readonly path: string;
  /** The subject it is listed under. */
  readonly subject: string;
  readonly summary: string;
  readonly forgery: Forgery;
  readonly limits: readonly Limit[];
  /** The body's object; absent when none is taken. */
  readonly body?: GenericSchema | undefined;
  /** The body may be left out. */
  readonly bodyOptional?: boolean | undefined;
  /** A form (application/x-www-form-urlencoded) instead of JSON, for pages that work without JavaScript. */
  readonly form?: boolean | undefined;
  /**
   * Parameters of OAuth (RFC 6749 §3.1, §3.2): in the query of a GET row, else in a form; each once and unknown ones
   * ignored. The schema beside them is for the documentation alone.
   */
  readonly parameters?: boolean | undefined;
  /** Pages of which other origins may call it, without credentials of the browser; none unless given. */
  readonly cors?: SharedWith | undefined;
  /** Tells what is thrown in the words of a standard; a problem document unless given. */
  readonly refuse?: Refuse | undefined;
  /**
   * A GET row that only shows what is kept: its `ports` may read from a replica, and cannot write. Whoever calls was found and
   * permitted by the primary before; what a handler itself decides on, it asks of `parts.ports`.
   */
  readonly mayReadReplica?: true | undefined;
  /** A page for people: its failures are pages too when the caller prefers HTML. */
  readonly page?: boolean | undefined;
  /** A page whose form ends at the address of a client. */
  readonly leadsAway?: boolean | undefined;
  /** The page that a form belongs to: there whoever must prove themselves first comes back to. */
  readonly formOf?: string | undefined;
  /** Draws the form of a page again after a failure, with what was entered; only asked when the body was read. */
  readonly redraw?: ((call: Call, failure: ShownFailure) => DrawnPage | Promise<DrawnPage>) | undefined;
  /** What the browser keeps of a form whose sender must prove first that it is they, so that nothing is typed twice. */
  readonly keep?: ((call: Call) => readonly CookieValue[]) | undefined;
  /** Strict object of query parameters; absent when none is taken. */
  readonly query?: GenericSchema | undefined;
  readonly answers: Readonly<Record<number, AnswerEntry>>;
  /** Failures of its own, beside those that any row can have. */
  readonly failures: readonly FailureCode[];
}

/** A row. */
export interface Route extends RouteFacts {
  readonly access: Access;
  readonly handle: (call: Call) => Promise<Reply> | Reply;
}

/** A request that passed every check of its row. */
export interface Call<Body = unknown, Query = unknown> {
  readonly parts: HttpParts;
  readonly ports: Ports;
  readonly request: Request;
  readonly wire: Wire;
  readonly network: string;
  readonly body: Body;
  readonly query: Query;
  /** A parameter of the path. */
  param(name: string): string;
  /** Undefined on rows for anyone. */
  readonly principal: Principal | undefined;
  /** Undefined where the principal has none. */
  readonly session: Session | undefined;
}

/** A call by somebody. */
export interface AccountCall<Body = unknown, Query = unknown> extends Call<Body, Query> {
  readonly principal: Principal;
}

/** A call by a session. */
export interface SessionCall<Body = unknown, Query = unknown> extends AccountCall<Body, Query> {
  readonly session: Session;
}

/** What a row answers. */
export interface Reply {
  readonly status: number;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is; its media type stands among the headers. */
  readonly content?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly cookies?: readonly CookieValue[] | undefined;
}

/** What the http floor is given by the program. */
export interface HttpParts {
  readonly ports: Ports;
  /** For rows that may read from a replica; the same ports where there is none. */
  readonly showingPorts: Ports;
  /** The carriers that this server accepts, in the order they are looked for. */
  readonly carriers: readonly Carrier[];
  readonly feed: RevocationFeed;
  readonly site: Site;
  /** Told of every reply. */
  readonly observe: (seen: Seen) => void;
  /** Metrics as Prometheus text. */
  readonly metrics: () => Promise<string>;
  /** The OpenAPI document of the table as JSON. */
  readonly openApi: () => Promise<string>;
  /** A file of another package that our pages load; undefined for every name that is not on the list. */
  readonly asset: (name: string) => Promise<Asset | undefined>;
  readonly version: string;
  /** Ids for logs; unique among the processes of a machine. */
  readonly nextRequestId: () => string;
}

/** How this server stands on the network. */
export interface Site {
  /** The origin of the issuer. */
  readonly origin: string;
  /** Cookies are `Secure` and `__Host-`: everywhere but on plain-http loopback. */
  readonly secure: boolean;
  /** Bytes that a body may have. */
  readonly bodyLimit: number;
  /** Whether an address is a proxy of ours; undefined when there are none. */
  readonly trusted: ((address: string) => boolean) | undefined;
}

/** What was answered, for logs and metrics. */
export interface Seen {
  readonly requestId: string;
  readonly method: string;
  /** The path of the row; empty when there was none. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds it took. */
  readonly duration: number;
  readonly network: string;
  /** What went wrong; undefined when nothing did. */
  readonly thrown: unknown;
}

type BodyOf<Facts extends RouteFacts> = Facts['body'] extends GenericSchema
  ? InferOutput<Facts['body']>
  : undefined;
type QueryOf<Facts extends RouteFacts> = Facts['query'] extends GenericSchema
  ? InferOutput<Facts['query']>
  : undefined;

/** A row for anyone. */
export const openRoute = <const Facts extends RouteFacts>(
  facts: Facts,
  handle: (call: Call<BodyOf<Facts>, QueryOf<Facts>>) => Promise<Reply> | Reply,
): Route => ({ ...facts, access: { who: 'anyone' }, handle: (call) => handle(typed<Facts, Call>(call)) });

/** A row for an account by any carrier that is allowed. */
export const accountRoute = <const Facts extends RouteFacts & { scope?: string; basic?: boolean }>(
  facts: Facts,
  handle: (call: AccountCall<BodyOf<Facts>, QueryOf<Facts>>) => Promise<Reply> | Reply,
): Route => ({
  ...facts,
  access: { who: 'account', scope: facts.scope, basic: facts.basic ?? false },
  handle: (call) => handle(typed<Facts, AccountCall>(byAccount(call))),
});

/** A row for a session. */
export const sessionRoute = <const Facts extends RouteFacts>(
  facts: Facts,
  handle: (call: SessionCall<BodyOf<Facts>, QueryOf<Facts>>) => Promise<Reply> | Reply,
): Route => ({
  ...facts,
  access: { who: 'session' },
  handle: (call) => handle(typed<Facts, SessionCall>(bySession(call))),
});

/** A row for whoever is permitted. */
export const permittedRoute = <const Facts extends RouteFacts & { permission: string }>(
  facts: Facts,
  handle: (call: AccountCall<BodyOf<Facts>, QueryOf<Facts>>) => Promise<Reply> | Reply,
): Route => ({
  ...facts,
  access: { who: 'permitted', permission: facts.permission },
  handle: (call) => handle(typed<Facts, AccountCall>(byAccount(call))),
});

/** The dispatcher has parsed body and query by the schemas of this very row. */
const typed = <Facts extends RouteFacts, Kind extends Call>(
  call: Kind,
): Omit<Kind, 'body' | 'query'> & { body: BodyOf<Facts>; query: QueryOf<Facts> } =>
  call as Omit<Kind, 'body' | 'query'> & { body: BodyOf<Facts>; query: QueryOf<Facts> };

// Narrowed in place rather than copied: this runs for every request.
const byAccount = (call: Call): AccountCall => {
  if (!call.principal) throw new Error('a row for accounts was called by nobody');
  return call as AccountCall;
};

const bySession = (call: Call): SessionCall => {
  if (!call.session) throw new Error('a row for sessions was called without one');
  return call as SessionCall;
};
