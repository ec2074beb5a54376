/**
 * What every change of factors brings with it: its event, recovery codes for the first one, an end to browsers that were
 * remembered, and to sessions that were proven by what is gone.
 */
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { endSession } from '../sessions/end-session.ts';
import type { Transaction } from '../store.ts';
import { standingOf } from './demand.ts';
import { type HeldFactors, hasFactor } from './factor.ts';
import { type FactorOwner, mayChangeFactors } from './factor-owner.ts';
import { giveRecoveryCodes } from './recovery-codes.ts';
import { amrWithout, states } from './strength.ts';
import { tellFactors } from './tell-factors.ts';

/** A factor that was just written. */
interface Added {
  readonly owner: FactorOwner;
  /** What the account had before. */
  readonly held: HeldFactors;
  readonly factor: NamedFactor;
}

/** A factor, as events and mails speak of it. */
interface NamedFactor {
  readonly kind: 'passkey' | 'totp';
  /** UUIDv7. */
  readonly id: string;
  /** The name that its owner gave it; empty when it has none. */
  readonly name: string;
}

/** What an event tells of it. */
const told = ({ kind: factor, id }: NamedFactor) => ({ factor, id });

/** Does what belongs to a new factor; the codes to show where it is the first. */
export async function factorAdded(
  ports: Ports,
  tx: Transaction,
  { owner, held, factor }: Added,
): Promise<readonly string[] | undefined> {
  const { accountId, sessionId, network } = owner;
  const now = ports.clock.now();
  await appendEvent(tx, now, {
    type: 'factor.added',
    accountId,
    sessionId,
    actor: accountId,
    network,
    data: told(factor),
  });
  await tx.rememberedDevices.deleteAll(accountId);
  const news = { kind: 'factor-added', factor: factor.kind, name: factor.name } as const;
  await tellFactors(ports, tx, { ...owner, news });
  return hasFactor(held) ? undefined : giveRecoveryCodes(ports, tx, accountId);
}

/** A factor that is to go. */
interface Removal {
  /** What a session states that was proven by it. */
  readonly word: string;
  readonly factor: NamedFactor;
  /** False when the account has no such factor. */
  remove(tx: Transaction): Promise<boolean>;
}

/**
 * Takes a factor away. Every other session that was proven by it ends; the asking one goes on and states it no more once none
 * of its kind is left. Throws `not_found`, `factor_demanded` when a role would be left without what it demands, `last_way_in`
 * when nothing would be left to sign in by, `proof_too_old`, `proof_too_weak` and `store_unavailable`.
 */
export async function removeFactor(
  ports: Ports,
  owner: FactorOwner,
  { word, factor, remove }: Removal,
): Promise<void> {
  const { accountId, sessionId, network } = owner;
  await ports.store.transact(async (tx) => {
    await appendEvent(tx, ports.clock.now(), {
      type: 'factor.removed',
      accountId,
      sessionId,
      actor: accountId,
      network,
      data: told(factor),
    });
    // It finds the account before anything is counted: of two at once, the second looks when the first is done.
    await mayChangeFactors(ports, tx, owner);
    if (!(await remove(tx))) throw fail('not_found', { detail: { account: accountId, ...told(factor) } });
    await mustStay(ports, tx, accountId);
    await tx.rememberedDevices.deleteAll(accountId);
    await endProvenBy(ports, tx, { ...owner, word });
    const news = { kind: 'factor-removed', factor: factor.kind, name: factor.name } as const;
    await tellFactors(ports, tx, { ...owner, news });
  });
  ports.tally.revoked();
}

/** Throws `factor_demanded` and `last_way_in`; voids recovery codes that stand for nothing any more. */
async function mustStay({ clock, upstream }: Ports, tx: Transaction, accountId: string): Promise<void> {
  const account = await tx.accounts.find(accountId);
  if (!account) throw fail('not_found', { detail: { account: accountId } });
  const { held, demand } = await standingOf(tx, account);
  const has = hasFactor(held);
  if ((demand === 'second-factor' && !has) || (demand === 'passkey' && held.passkeys === 0))
    throw fail('factor_demanded', { detail: { check: 'factor-demanded', account: accountId, demand } });
  if (held.passkeys === 0 && !(await tx.accounts.password(accountId))) {
    const isLinked = (await tx.identities.list(accountId)).some(({ issuer }) => upstream.trusts(issuer));
    if (!isLinked) throw fail('last_way_in', { detail: { check: 'last-way-in', account: accountId } });
  }
  if (!has) await tx.recoveryCodes.replace(accountId, { digests: [], createdAt: clock.now() });
}

/**
 * No session states more than its account can still show (NIST SP 800-63B-4 §5.1). Which of several passkeys a session was
 * proven by is not known: with any of them go all others that were.
 */
async function endProvenBy(
  ports: Ports,
  tx: Transaction,
  { accountId, sessionId, amr, network, word }: FactorOwner & Pick<Removal, 'word'>,
): Promise<void> {
  const held = await tx.factors.held(accountId);
  const touched = hasFactor(held) ? [word] : [word, 'recovery'];
  const ending = { by: accountId, reason: 'factor-removed', network } as const;
  for (const session of await tx.sessions.listOpen(accountId)) {
    const isTouched = touched.some((one) => states(session.amr, one));
    if (session.id !== sessionId && isTouched) await endSession(ports, tx, { session, ending });
  }
  const gone = touched.filter((one) => one !== 'pop' || held.passkeys === 0);
  const left = gone.reduce((stated, one) => (states(stated, one) ? amrWithout(stated, one) : stated), amr);
  if (left !== amr) await tx.sessions.restate(sessionId, left);
}
