/**
 * Puts a client together: the store, the server, the refresher and the standing, and the verbs over them.
 */
import { authorizedFetch } from './authorized-fetch.ts';
import type {
  Client,
  ClientOptions,
  CodeClaim,
  SessionState,
  SignedIn,
  SignedOut,
  SignInClaim,
} from './client.ts';
import { systemClock } from './clock.ts';
import { ClientFailure } from './failure.ts';
import type { Held } from './held.ts';
import { type Moments, momentsOf } from './moments.ts';
import { type Refresher, refresherOf } from './refresh.ts';
import { type Server, serverAt } from './server.ts';
import { withServerTime } from './server-time.ts';
import { type Shelf, shelfOf } from './shelf.ts';
import { type Standing, standingOf } from './standing.ts';
import { memoryStore } from './store.ts';

/** The parts that the verbs work with. */
interface Parts {
  readonly server: Server;
  readonly shelf: Shelf;
  readonly refresher: Refresher;
  readonly standing: Standing;
  readonly moments: Moments;
}

/**
 * Makes a client of the Doorward server at `issuer`. Sends nothing by itself, unless `ahead` is `timer` and the store
 * holds a session. Throws a TypeError when an address is none, or when the lease of the store is not longer than
 * `timeoutSeconds`.
 */
export function createClient(options: ClientOptions): Client {
  const { store = memoryStore(), ahead = 'lazy' } = options;
  const home = originOf(options.issuer);
  const origins = new Set([home, ...(options.origins ?? []).map(originOf)]);
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const parts = assemble({ ...options, store, fetch });
  const { shelf, refresher, standing } = parts;
  let closed = false;
  const open = <T>(work: () => Promise<T>): Promise<T> =>
    closed ? Promise.reject(new ClientFailure('closed')) : work();
  const send = authorizedFetch({ origins, home, fetch, fresh: () => fresh(parts), renew: refresher.renew });
  const look = (): void => void shelf.read().catch(standing.refreshed);
  const unwatch = store.watch?.(look);
  if (ahead === 'timer') look();
  return {
    signUp: (draft) => open(() => parts.server.signUp(draft)),
    askCode: (email) => open(() => parts.server.askCode(email)),
    signIn: (claim) => open(() => signIn(parts, claim)),
    signOut: () => open(() => signOut(parts)),
    session: () => open(() => session(parts)),
    token: () => open(async () => (await fresh(parts)).accessToken),
    refresh: () => open(async () => (await refresher.renew(await present(parts))).accessToken),
    fetch: (input, init) => open(() => send(input, init)),
    onChange: standing.listen,
    close: () => {
      closed = true;
      unwatch?.();
      standing.close();
      return refresher.close();
    },
  };
}

type Settled = ClientOptions & Required<Pick<ClientOptions, 'store' | 'fetch'>>;

function assemble(options: Settled): Parts {
  const { store, lock, carrier = 'jwt', clientName } = options;
  const { refreshAheadSeconds = 30, jitter = 0.5, timeoutSeconds = 10, backoffSeconds = [0.25, 1] } = options;
  // Else another sharer would take the lock while the server still answers.
  if (!lock && !((store.leaseSeconds ?? Infinity) > timeoutSeconds))
    throw new TypeError('The leaseSeconds of the store must be more than timeoutSeconds.');
  const issuer = options.issuer.replace(/\/$/, '');
  const { clock, fetch } = withServerTime(
    { issuer, clock: options.clock ?? systemClock, fetch: options.fetch },
    () => standing.plan(),
  );
  const server = serverAt({ issuer, carrier, clientName, fetch, clock, timeout: timeoutSeconds * 1000 });
  const shelf = shelfOf({ store, issuer, clock, lock, onSeen: (held) => standing.seen(held) });
  const refresher = refresherOf({
    server,
    shelf,
    clock,
    backoff: backoffSeconds.map((seconds) => seconds * 1000),
    onChange: (failure) => standing.refreshed(failure),
  });
  const moments = momentsOf({ clock, ahead: refreshAheadSeconds * 1000, jitter });
  const standing = standingOf({
    clock,
    dueAt: options.ahead === 'timer' ? moments.dueAt : undefined,
    running: refresher.running,
    wake: () => void wake(parts),
  });
  const parts = { server, shelf, refresher, standing, moments };
  return parts;
}

function originOf(address: string): string {
  const { protocol, origin } = new URL(address);
  if (!/^https?:$/.test(protocol)) throw new TypeError('This is no address of the web.');
  return origin;
}

/** The session at hand. */
async function present({ shelf, standing }: Parts): Promise<Held> {
  const held = await shelf.read();
  if (!held) throw standing.refusal() ?? new ClientFailure('signed_out');
  return held;
}

/** The session at hand, refreshed when it is time. While the server is away, a token that is alive goes on serving. */
async function fresh(parts: Parts): Promise<Held> {
  const { refresher, standing, moments } = parts;
  const held = await present(parts);
  if (!moments.isDue(held) || (standing.trouble() && moments.isAlive(held))) return held;
  try {
    return await refresher.renew(held);
  } catch (thrown) {
    const isAway = thrown instanceof ClientFailure && thrown.code === 'server_unreachable';
    if (isAway && moments.isAlive(held)) return held;
    throw thrown;
  }
}

/** Refreshes by itself what is due; its failures are told by the state. */
async function wake({ shelf, refresher, standing, moments }: Parts): Promise<void> {
  const held = await shelf.read().catch(standing.refreshed);
  if (held && (standing.trouble() || moments.isDue(held))) await refresher.renew(held).catch(() => undefined);
  else standing.plan();
}

async function session({ shelf, standing }: Parts): Promise<SessionState> {
  await shelf.read();
  return standing.state();
}

async function signIn(
  { server, shelf, refresher }: Parts,
  claim: SignInClaim | CodeClaim,
): Promise<SignedIn> {
  const held = await server.signIn(claim);
  refresher.yieldNow();
  let former: Held | undefined;
  try {
    former = await shelf.lock(async () => {
      const before = await shelf.read();
      await shelf.write(held);
      return before;
    });
  } catch (thrown) {
    // Nobody will ever hold this session.
    former = held;
    throw thrown;
  } finally {
    if (former) void server.revoke(former.refreshToken);
  }
  const { account, sessionId, accessToken, refreshToken, accessExpiresAt, refreshExpiresAt, issuedAt } = held;
  const tokens = { accessToken, refreshToken, accessExpiresAt, refreshExpiresAt };
  return { account, sessionId, tokens, expiresIn: (accessExpiresAt - issuedAt) / 1000 };
}

async function signOut({ server, shelf, refresher }: Parts): Promise<SignedOut> {
  refresher.yieldNow();
  let former: Held | undefined;
  let failure: ClientFailure | undefined;
  try {
    await shelf.lock(async () => {
      former = await shelf.read();
      await shelf.remove();
    });
  } finally {
    // Also when the store fails: at least the server must not accept what could not be removed.
    if (former) failure = await server.revoke(former.refreshToken);
  }
  return { ended: failure === undefined, failure };
}
