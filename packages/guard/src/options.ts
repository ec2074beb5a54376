/**
 * The options of a guard: checked strictly and all at once, so that a typing error in a name can never switch a check off.
 */
import type { Algorithm } from './access-token.ts';
import { type Clock, systemClock } from './clock.ts';
import { stderrLog } from './log.ts';
import type { Fetch, Log } from './ports.ts';
import type { CarrierName } from './principal.ts';
import type { OnFeedLoss } from './verify.ts';

/** A Doorward server in this process. */
export interface EmbeddedServer {
  /** Answers a request; `peer` is the address of whoever sent it. */
  fetch(request: Request, connection?: { readonly peer: string | undefined }): Promise<Response>;
}

/** An API as the server knows it: a client with a secret in the header (`client_secret_basic`). */
export interface GuardClient {
  readonly id: string;
  readonly secret: string;
}

/** How a guard is made. */
export interface GuardOptions {
  /** The origin of the Doorward server, as it stands in its tokens. */
  readonly issuer: string;
  /** The audience that tokens must be meant for; the issuer unless given, as at the server. */
  readonly audience?: string | undefined;
  /** The credentials that are accepted; all but `basic` unless given, because Basic shows a password to every API. */
  readonly carriers?: readonly CarrierName[] | undefined;
  /** The algorithm of the server's tokens; EdDSA unless given. */
  readonly algorithm?: Algorithm | undefined;
  /** Seconds that the clocks of two machines may differ, at most 30; 5 unless given. The feed names an ended session for longer than that. */
  readonly leewaySeconds?: number | undefined;
  /**
   * `offline`, the default: JWTs are proven by the server's public keys and its feed of sign-outs. `ask`: the server is
   * asked, besides, about each. Handles, API keys and Basic are always asked about.
   */
  readonly check?: 'offline' | 'ask' | undefined;
  /**
   * Whether clients may call that act for themselves (RFC 6749 §4.4): a principal without a session, whose `accountId` and
   * `clientId` are the client's id; no unless given, for most APIs look for a person.
   */
  readonly machines?: boolean | undefined;
  /**
   * By what this API proves itself when it asks about tokens of clients (RFC 7662). Without it they are refused where the
   * server is to be asked, and opaque ones everywhere.
   */
  readonly client?: GuardClient | undefined;
  /** A server in this process, which is asked about every credential without a network. */
  readonly doorward?: EmbeddedServer | undefined;
  /** What to do with good JWTs while the feed is lost; `ask` unless given. */
  readonly onFeedLoss?: OnFeedLoss | undefined;
  /** `push`, the default: the feed is followed. `pull`: it is looked at when a request needs it, where nothing runs between requests. */
  readonly feed?: 'push' | 'pull' | undefined;
  /** Seconds of silence after which the feed is lost: the bound of a sign-out; 2 unless given. */
  readonly feedSilenceSeconds?: number | undefined;
  /** Seconds that an answer of the server is kept, and a sign-out may take; 0 unless given: asked each time. */
  readonly askCacheSeconds?: number | undefined;
  /** Answers that are kept at most; 10,000 unless given. */
  readonly askCacheEntries?: number | undefined;
  /** Proven JWTs that are kept at most, an even number; 10,000 unless given. */
  readonly tokenCacheEntries?: number | undefined;
  /** Seconds that the server may take to answer; 3 unless given. */
  readonly timeoutSeconds?: number | undefined;
  /** Origins of pages that may make changes by cookie or Basic; the issuer unless given. */
  readonly origins?: readonly string[] | undefined;
  /** Whether the server is told who asked, in `X-Forwarded-For`, so that its budgets count callers and not this API; it must list this API as a trusted proxy. */
  readonly forwardPeer?: boolean | undefined;
  /** The global fetch unless given. */
  readonly fetch?: Fetch | undefined;
  /** Time; the machine's unless given. */
  readonly clock?: Clock | undefined;
  /** Takes lines for the operator; a JSON line each on stderr unless given. */
  readonly log?: Log | undefined;
}

/** Options with nothing left open. */
export type GuardSettings = Pick<GuardOptions, 'doorward' | 'client'> & {
  readonly [Name in Exclude<keyof GuardOptions, 'doorward' | 'client'>]-?: Exclude<
    GuardOptions[Name],
    undefined
  >;
};

/** The options are wrong: all that is wrong with them, a sentence each, without their values. */
export class GuardMisconfigured extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the guard is misconfigured: ${faults.join('; ')}`);
    this.name = 'GuardMisconfigured';
    this.faults = faults;
  }
}

const allCarriers: readonly CarrierName[] = ['cookie', 'opaque', 'jwt', 'jwt-cookie', 'api-key', 'basic'];

/** What is right for an option, in words and as a test of the value. */
interface Rule {
  readonly must: string;
  readonly holds: (value: unknown) => boolean;
}

const number = (least: number, most: number, unit = 'a number'): Rule => ({
  must: `be ${unit} from ${least} to ${most}`,
  holds: (value) => typeof value === 'number' && value >= least && value <= most,
});
const count = (least: number, most: number): Rule => ({
  must: `be a whole number from ${least} to ${most}`,
  holds: (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
});
const oneOf = (...words: readonly string[]): Rule => ({
  must: `be one of ${words.join(', ')}`,
  holds: (value) => words.some((word) => word === value),
});
const callable: Rule = { must: 'be a function', holds: (value) => typeof value === 'function' };
const withMethods = (...names: readonly string[]): Rule => ({
  must: `have ${names.join(' and ')}`,
  holds: (value) =>
    typeof value === 'object' &&
    value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === 'function'),
});

const rules: Readonly<Record<keyof GuardOptions, Rule>> = {
  issuer: { must: 'be an https origin such as https://id.example.com', holds: isIssuer },
  audience: { must: 'be text', holds: (value) => typeof value === 'string' && value !== '' },
  carriers: {
    must: `be a list of some of ${allCarriers.join(', ')}`,
    holds: (value) =>
      isList(value) && value.length > 0 && value.every((one) => allCarriers.some((name) => name === one)),
  },
  algorithm: oneOf('EdDSA', 'ES256', 'RS256'),
  leewaySeconds: number(0, 30),
  check: oneOf('offline', 'ask'),
  machines: { must: 'be true or false', holds: (value) => typeof value === 'boolean' },
  client: { must: 'have an id and a secret, both text', holds: isClient },
  doorward: withMethods('fetch'),
  onFeedLoss: oneOf('continue', 'ask', 'refuse'),
  feed: oneOf('push', 'pull'),
  feedSilenceSeconds: number(1, 300),
  askCacheSeconds: number(0, 300),
  askCacheEntries: count(0, 1_000_000),
  tokenCacheEntries: {
    must: 'be an even number from 0 to 1000000',
    holds: (value) => count(0, 1_000_000).holds(value) && Number(value) % 2 === 0,
  },
  timeoutSeconds: number(0.1, 60),
  origins: { must: 'be a list of origins', holds: (value) => isList(value) && value.every(isOrigin) },
  forwardPeer: { must: 'be true or false', holds: (value) => typeof value === 'boolean' },
  fetch: callable,
  clock: withMethods('now', 'after'),
  log: callable,
};

/** The settings of a guard. Throws GuardMisconfigured for unknown options and wrong values, all at once. */
export function readOptions(options: GuardOptions): GuardSettings {
  const faults = [...new Set(['issuer', ...Object.keys(options)])].flatMap((name) => faultOf(options, name));
  if (faults.length > 0) throw new GuardMisconfigured(faults);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const { issuer } = options;
  return {
    audience: issuer,
    carriers: allCarriers.filter((name) => name !== 'basic'),
    algorithm: 'EdDSA',
    leewaySeconds: 5,
    check: 'offline',
    machines: false,
    onFeedLoss: 'ask',
    feed: 'push',
    feedSilenceSeconds: 2,
    askCacheSeconds: 0,
    askCacheEntries: 10_000,
    tokenCacheEntries: 10_000,
    timeoutSeconds: 3,
    origins: [issuer],
    forwardPeer: false,
    fetch: (url, init) => fetch(url, init),
    clock: systemClock,
    log: stderrLog,
    ...given,
    issuer,
  };
}

function faultOf(options: GuardOptions, name: string): string[] {
  if (!isOption(name)) return [`there is no option ${JSON.stringify(name)}`];
  const value = options[name];
  if (value === undefined && name !== 'issuer') return [];
  return rules[name].holds(value) ? [] : [`${name} must ${rules[name].must}`];
}

function isClient(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['id', 'secret'].every((name) => {
    const text: unknown = Reflect.get(value, name);
    return typeof text === 'string' && /^[\x21-\x7e]{1,400}$/.test(text);
  });
}

const isOption = (name: string): name is keyof GuardOptions => Object.hasOwn(rules, name);
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

function isOrigin(value: unknown): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === value;
}

/** Keys that come over http are anybody's, except on this machine itself. */
function isIssuer(value: unknown): boolean {
  if (!isOrigin(value)) return false;
  const { protocol, hostname } = new URL(String(value));
  return protocol === 'https:' || /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/.test(hostname);
}
