/**
 * The held request: an authorization request that was read and waits under a handle, pushed by its client (RFC 9126) or
 * while the person signs in and consents. One that waits for a person belongs to the browser that brought it: in another
 * browser its handle opens nothing, so nobody can be led into a request that somebody else has begun.
 */
import { hash } from 'node:crypto';
import { equalText } from '../../base/bytes.ts';
import { uuidv7 } from '../../base/uuid.ts';
import type { AuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import { fail } from '../failures.ts';
import { type Authorization, authorizationSeconds, pushedSeconds } from '../oauth/authorization.ts';
import type { Ports } from '../ports.ts';
import { spend, waitingCharge } from '../sessions/attempt-budget.ts';
import type { Transaction } from '../store.ts';
import type { Handle } from '../tokens/handle.ts';

/** What is kept of a held request, as JSON. */
interface Kept {
  readonly request: AuthorizationRequest;
  /** Digest of the browser's secret; empty when it was pushed. */
  readonly browser: string;
}

/** A request that waits for a person. Times are milliseconds since 1970. */
export interface WaitingRequest {
  readonly handle: Handle;
  readonly request: AuthorizationRequest;
  readonly arrivedAt: number;
}

/**
 * Keeps a request that waits for the person at a browser, and returns the handle that names it there. Throws
 * `attempts_exhausted` when too many have begun to wait from the network.
 */
export async function holdForPerson(
  ports: Ports,
  request: AuthorizationRequest,
  { browser, network }: { readonly browser: string; readonly network: string },
): Promise<Handle> {
  await spend(ports, [waitingCharge(ports, network)], network);
  return hold(ports, { request, browser: digestOf(browser) }, authorizationSeconds);
}

/**
 * Keeps a request until a browser comes for it, and returns the handle that names it (RFC 9126 §2.2). Throws
 * `attempts_exhausted` when too many have begun to wait from the network; undefined where the client has proven itself.
 */
export async function holdForBrowser(
  ports: Ports,
  request: AuthorizationRequest,
  network: string | undefined,
): Promise<Handle> {
  if (network !== undefined) await spend(ports, [waitingCharge(ports, network)], network);
  return hold(ports, { request, browser: '' }, pushedSeconds);
}

async function hold(ports: Ports, kept: Kept, seconds: number): Promise<Handle> {
  const createdAt = ports.clock.now();
  const handle = ports.handles.mint('authorization', uuidv7(createdAt));
  const authorization: Authorization = {
    id: handle.locator,
    digest: handle.digest,
    clientId: kept.request.clientId,
    request: JSON.stringify(kept),
    pushed: kept.browser === '',
    createdAt,
    expiresAt: createdAt + seconds * 1000,
  };
  await ports.store.transact((tx) => tx.authorizations.insert(authorization));
  return handle;
}

/**
 * The request that waits under a handle in this browser. Throws `authorization_over` when it is used, too old, or of
 * another browser.
 */
export async function findWaiting(
  ports: Pick<Ports, 'store' | 'handles' | 'clock'>,
  text: string,
  browser: string,
): Promise<WaitingRequest> {
  const handle = ports.handles.read('authorization', text);
  if (!handle) throw over('handle-forged');
  const row = await ports.store.read.authorizations.find(handle.locator);
  if (!row || row.pushed || !equalText(row.digest, handle.digest)) throw over('authorization-unknown');
  if (row.expiresAt <= ports.clock.now()) throw over('expired');
  const { request, browser: owner } = keptIn(row);
  if (!equalText(owner, digestOf(browser))) throw over('other-browser');
  return { handle, request, arrivedAt: row.createdAt };
}

/** Takes a waiting request out, so that it is answered once. Throws `authorization_over` when somebody was faster. */
export async function consumeWaiting(
  tx: Transaction,
  { locator, digest }: Handle,
  now: number,
): Promise<void> {
  if (!(await tx.authorizations.consume({ id: locator, digest, now }))) throw over('authorization-used');
}

/**
 * Takes a pushed request out, for the client that pushed it (RFC 9126 §4, §7.3): undefined when it is used, too old or
 * another client's, whose own it then stays.
 */
export async function consumePushed(
  { store, handles, clock }: Pick<Ports, 'store' | 'handles' | 'clock'>,
  text: string,
  clientId: string,
): Promise<AuthorizationRequest | undefined> {
  const handle = handles.read('authorization', text);
  if (!handle) return undefined;
  const row = await store.read.authorizations.find(handle.locator);
  if (!row?.pushed || row.clientId !== clientId) return undefined;
  const presented = { id: handle.locator, digest: handle.digest, now: clock.now() };
  const taken = await store.transact((tx) => tx.authorizations.consume(presented));
  return taken && keptIn(taken).request;
}

/** Nobody but this file writes the column. */
function keptIn({ request }: Authorization): Kept {
  const kept: Kept = JSON.parse(request);
  return kept;
}

const digestOf = (browser: string): string => hash('sha256', browser, 'base64url');

const over = (check: string) => fail('authorization_over', { detail: { check } });
