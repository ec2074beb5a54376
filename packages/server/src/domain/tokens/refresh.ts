/**
 * Refreshing: one compare-and-swap moves a family on. The direct predecessor gets the same successor again for a short
 * while, so that fifty tabs, a lost reply or a retry sign nobody out; anything older is theft and ends the session
 * (RFC 9700 §4.14.2).
 */
import { equalText } from '../../base/bytes.ts';
import type { FailureDetail } from '../../base/failure.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { endSession } from '../sessions/end-session.ts';
import { seenStep, sessionFault } from '../sessions/session.ts';
import type { FamilyWithSession, Reads, Transaction, WriteOne } from '../store.ts';
import type { Delivery } from './carrier.ts';
import { standingOf } from './family.ts';
import type { Handle } from './handle.ts';
import { accessEnd, type Deliverable, deliver } from './token-answer.ts';

/** A refresh token that was presented. */
export interface RefreshClaim {
  readonly token: string;
  /** It came in a cookie. A token that was given to a browser's cookie is good there alone, and the reverse. */
  readonly inCookie: boolean;
  readonly network: string;
}

/** A refresh that went well. */
export interface Refreshed {
  readonly family: FamilyWithSession;
  readonly delivery: Delivery;
}

type Outcome =
  | {
      readonly kind: 'rotated' | 'replayed';
      readonly family: FamilyWithSession;
      readonly delivery: PromiseLike<Delivery>;
    }
  | { readonly kind: 'refused'; readonly detail: Readonly<Record<string, FailureDetail>> }
  | {
      readonly kind: 'reused';
      readonly family: FamilyWithSession;
      readonly detail: Readonly<Record<string, FailureDetail>>;
    };

/**
 * Rotates a refresh token and resolves, after the commit, with its successor and a new access token. Throws
 * `refresh_refused` for anything but the live member or its direct predecessor within the window;
 * `store_unavailable`.
 */
export async function refresh(ports: Ports, claim: RefreshClaim): Promise<Refreshed> {
  const presented = ports.handles.read('refresh', claim.token);
  const outcome: Outcome = presented
    ? await settle(ports, { ...claim, presented })
    : { kind: 'refused', detail: { check: 'handle-forged' } };
  ports.tally.refresh(outcome.kind);
  if (outcome.kind === 'reused') ports.tally.revoked();
  if ('detail' in outcome) {
    const carrier = claim.inCookie ? 'jwt-cookie' : undefined;
    throw fail('refresh_refused', { detail: { carrier, ...outcome.detail } });
  }
  return { family: outcome.family, delivery: await outcome.delivery };
}

interface Presented extends RefreshClaim {
  readonly presented: Handle;
}

/** The swap holds only while what was read is still so: that alone needs to be written. What is stolen ends in a transaction. */
async function settle(ports: Ports, claim: Presented): Promise<Outcome> {
  const outcome = await ports.store.once((read, write) => judge(ports, { read, write }, claim));
  if (outcome.kind === 'reused')
    await ports.store.transact((tx) => endReused(ports, tx, { family: outcome.family, claim }));
  return outcome;
}

/** Where a refresh looks, and how it writes. */
interface Hands {
  readonly read: Reads;
  readonly write: WriteOne;
}

async function judge(ports: Ports, hands: Hands, claim: Presented): Promise<Outcome> {
  const { presented } = claim;
  const now = ports.clock.now();
  const family = await hands.read.families.find(presented.locator);
  if (!family) return { kind: 'refused', detail: { check: 'family-unknown', family: presented.locator } };
  const about = { session: family.sessionId, account: family.session.accountId };
  const fault = carrierFault(family, claim) ?? sessionFault(family.session, ports.settings, now);
  if (fault) return { kind: 'refused', detail: { ...fault, ...about } };
  const { digest } = presented;
  const windowSeconds = ports.settings.refreshWindowSeconds;
  const { is, isPredecessor, sinceRotation } = standingOf(family, { digest, now, windowSeconds });
  if (is === 'live') return rotate(ports, hands, { family, presented });
  if (is === 'replaced') return replay(ports, family, { presented, steps: 1 });
  return {
    kind: 'reused',
    family,
    detail: {
      check: 'refresh-reused',
      predecessor: isPredecessor,
      seconds_since_rotation: Math.round(sinceRotation / 1000),
      ...about,
    },
  };
}

/** What belongs to a client is refreshed by that client alone, at the token endpoint (RFC 6749 §6). */
const carrierFault = (
  { clientId, session }: FamilyWithSession,
  { inCookie }: Presented,
): { check: string; client?: string } | undefined => {
  if (clientId !== '') return { check: 'other-carrier', client: clientId };
  return (session.carrier === 'jwt-cookie') === inCookie ? undefined : { check: 'other-carrier' };
};

async function rotate(
  ports: Ports,
  { read, write }: Hands,
  { family, presented }: { family: FamilyWithSession; presented: Handle },
): Promise<Outcome> {
  const { handles, clock } = ports;
  const { session } = family;
  const now = clock.now();
  const refreshHandle = handles.derive('refresh', family.id, presented);
  const access =
    session.carrier === 'opaque' ? handles.derive('access', family.id, refreshHandle) : undefined;
  const accessExpiresAt = accessEnd(ports, session.expiresAt);
  const delivery = begun(ports, { session, refresh: refreshHandle, access, accessExpiresAt });
  const to = {
    digest: refreshHandle.digest,
    rotatedAt: now,
    accessDigest: access?.digest ?? nothing,
    accessExpiresAt,
  };
  const [swapped] = await Promise.all([
    write(family.id, (tx) => tx.families.rotate(family, to)),
    now - session.seenAt >= seenStep
      ? write(session.id, (tx) => tx.sessions.touch(session.id, now))
      : undefined,
  ]);
  if (swapped) return { kind: 'rotated', family, delivery };
  // Lost to another process between reading and swapping, or done already and not heard of. What was shown was live when it
  // was looked at, and others may have gone on from there by more than one step: whoever showed it goes along with them.
  const left = { ...family, ...(await read.families.find(family.id)) };
  return replay(ports, left, { presented, steps: Math.max(1, left.generation - family.generation) });
}

/** The live member once more, by as many steps as it is away from the one that was shown. */
function replay(
  ports: Ports,
  family: FamilyWithSession,
  { presented, steps }: { readonly presented: Handle; readonly steps: number },
): Outcome {
  const { session } = family;
  let refreshHandle = presented;
  for (let step = 0; step < steps; step += 1)
    refreshHandle = ports.handles.derive('refresh', family.id, refreshHandle);
  if (!equalText(refreshHandle.digest, family.digest)) {
    return {
      kind: 'refused',
      detail: { check: 'successor-moved-on', session: session.id, account: session.accountId },
    };
  }
  const opaque = session.carrier === 'opaque';
  const parts = {
    session,
    refresh: refreshHandle,
    access: opaque ? ports.handles.derive('access', family.id, refreshHandle) : undefined,
    accessExpiresAt: opaque ? family.accessExpiresAt : accessEnd(ports, session.expiresAt),
  };
  return { kind: 'replayed', family, delivery: begun(ports, parts) };
}

/**
 * Begins to sign while the swap is on its way to the disk: the two take as long, and on different processors. What is
 * signed leaves this process only after the commit; should that fail, nobody ever sees it.
 */
function begun(ports: Ports, parts: Deliverable): Promise<Delivery> {
  const delivery = deliver(ports, parts);
  // Whoever awaits it hears of a failure; until the commit nobody does.
  delivery.catch(() => undefined);
  return delivery;
}

async function endReused(
  ports: Ports,
  tx: Transaction,
  { family, claim }: { family: FamilyWithSession; claim: Presented },
): Promise<void> {
  const { session } = family;
  await appendEvent(tx, ports.clock.now(), {
    type: 'refresh.reused',
    accountId: session.accountId,
    sessionId: session.id,
    actor: 'stranger',
    network: claim.network,
    data: { generation: family.generation },
  });
  await endSession(ports, tx, {
    session,
    ending: { by: 'system', reason: 'refresh-reused', network: claim.network },
  });
}

const nothing = '';
