/**
 * The authenticator of an account: a secret is shown, its first code confirms that it was taken, and from then on it is
 * asked for at every sign-in.
 */
import { randomBytes } from 'node:crypto';
import { uuidv7 } from '../../base/uuid.ts';
import { toBase32 } from '../../protocol/base32.ts';
import { bareTotp, matchTotp, otpauthUri, totpSecretLength } from '../../protocol/totp.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import { factorCharges, restore, spend } from '../sessions/attempt-budget.ts';
import type { Transaction } from '../store.ts';
import { factorAdded, removeFactor } from './change-factors.ts';
import type { Totp } from './factor.ts';
import { type FactorOwner, mayChangeFactors } from './factor-owner.ts';

/** Seconds for which a secret that was shown can be confirmed. */
const draftSeconds = 900;
const sealPurpose = 'totp';

/** An authenticator that is being enrolled, as its owner has to see it once. */
export interface ShownTotp {
  /** Names the enrolment when it is confirmed. */
  readonly enrolment: string;
  /** In base32, for whoever types it. A secret. */
  readonly secret: string;
  /** The same for a QR code. A secret. */
  readonly uri: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Begins to enrol an authenticator: a secret that is good for nothing until its first code confirms it. One that was begun
 * before is void; one that is enrolled works on until then. Throws `proof_too_old`, `proof_too_weak`, `not_found`.
 */
export async function beginTotp(ports: Ports, owner: FactorOwner): Promise<ShownTotp> {
  const { store, vault, clock, settings } = ports;
  const { accountId } = owner;
  const now = clock.now();
  const secret = randomBytes(totpSecretLength);
  const id = uuidv7(now);
  const expiresAt = now + draftSeconds * 1000;
  const account = await store.transact(async (tx) => {
    await mayChangeFactors(ports, tx, owner);
    const found = await tx.accounts.find(accountId);
    if (!found) throw fail('not_found', { detail: { account: accountId } });
    const sealedSecret = vault.seal(sealPurpose, secret, accountId);
    await tx.totpDrafts.put({ id, accountId, sealedSecret, expiresAt });
    return found;
  });
  const uri = otpauthUri({
    secret,
    issuer: new URL(settings.issuer).hostname,
    account: account.email ?? account.username ?? account.id,
  });
  return { enrolment: id, secret: toBase32(secret), uri, expiresAt };
}

/** What became of an enrolment. */
export interface Enrolled {
  /** Codes to show once; undefined where the account has had a factor before, whose codes go on. */
  readonly recoveryCodes: readonly string[] | undefined;
}

/** A factor that its first answer has confirmed, and that is still to be enrolled. */
export interface ConfirmedFactor {
  /** Enrols it inside a transaction. Throws `ceremony_over` when it was meanwhile, `proof_too_old` and `proof_too_weak`. */
  readonly enrol: (tx: Transaction) => Promise<Enrolled>;
}

/** An authenticator that is being confirmed, by its first code. */
export interface TotpConfirmation {
  readonly enrolment: string;
  readonly code: string;
}

/**
 * Looks at the code that confirms an authenticator. Throws `ceremony_over` for an enrolment that was replaced,
 * `second_factor_refused` for a wrong code, and `attempts_exhausted`.
 */
export async function checkTotp(
  ports: Ports,
  owner: FactorOwner,
  { enrolment, code }: TotpConfirmation,
): Promise<ConfirmedFactor> {
  const { store, clock } = ports;
  const { accountId, network } = owner;
  const charges = factorCharges(ports, { accountId, network });
  await spend(ports, charges, network);
  const draft = await store.read.totpDrafts.find(accountId);
  if (draft?.id !== enrolment) throw over('enrolment-replaced');
  const secret = openSecret(ports, draft);
  const step = matchTotp(secret, bareTotp(code), clock.now());
  if (step === undefined)
    throw fail('second_factor_refused', { detail: { check: 'totp', account: accountId } });
  const enrol = async (tx: Transaction): Promise<Enrolled> => {
    const now = clock.now();
    const held = await mayChangeFactors(ports, tx, owner);
    if (!(await tx.totpDrafts.consume({ id: enrolment, accountId, now }))) throw over('enrolment-used');
    const { sealedSecret } = draft;
    const totp = { id: enrolment, accountId, sealedSecret, lastStep: step, createdAt: now, usedAt: 0 };
    await tx.totps.put(totp);
    await restore(tx, charges);
    const factor = { kind: 'totp', id: enrolment, name: '' } as const;
    return { recoveryCodes: await factorAdded(ports, tx, { owner, held, factor }) };
  };
  return { enrol };
}

/**
 * Confirms an authenticator by a code of its secret, which takes the place of the one before. The code counts as used. Throws
 * `ceremony_over` for an enrolment that was confirmed, replaced or took too long, `second_factor_refused` for a wrong code,
 * `attempts_exhausted`, `proof_too_old`, `proof_too_weak` and `store_unavailable`.
 */
export async function confirmTotp(
  ports: Ports,
  owner: FactorOwner,
  confirmation: TotpConfirmation,
): Promise<Enrolled> {
  const { enrol } = await checkTotp(ports, owner, confirmation);
  return ports.store.transact(enrol);
}

/**
 * Takes the authenticator of an account away. Throws `not_found`, `factor_demanded` when a role of the account demands it,
 * `proof_too_old`, `proof_too_weak` and `store_unavailable`.
 */
export async function removeTotp(ports: Ports, owner: FactorOwner): Promise<void> {
  const { accountId } = owner;
  const totp = await ports.store.read.totps.find(accountId);
  if (!totp) throw fail('not_found', { detail: { account: accountId, factor: 'totp' } });
  await removeFactor(ports, owner, {
    word: 'otp',
    factor: { kind: 'totp', id: totp.id, name: '' },
    remove: (tx) => tx.totps.delete(accountId),
  });
}

/** The secret of an authenticator. Throws Error when it was sealed under another master key. */
export function openSecret(
  { vault }: Pick<Ports, 'vault'>,
  { accountId, sealedSecret }: Pick<Totp, 'accountId' | 'sealedSecret'>,
): Uint8Array {
  const secret = vault.open(sealPurpose, sealedSecret, accountId);
  if (!secret) throw new Error('the secret of an authenticator does not open under this master key');
  return secret;
}

const over = (check: string) => fail('ceremony_over', { detail: { check } });
