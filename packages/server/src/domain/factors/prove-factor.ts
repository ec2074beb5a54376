/**
 * Proving a second factor: it is paid for where it could be guessed, then looked at, and used up in the transaction of what
 * it is good for. Of two that show the same code at once, one finds it used.
 */
import { bareTotp, matchTotp } from '../../protocol/totp.ts';
import { appendEvent } from '../events.ts';
import { type DomainFailure, fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import { factorCharges, restore, spend } from '../sessions/attempt-budget.ts';
import type { Transaction } from '../store.ts';
import type { ShownCredential } from './passkey-answer.ts';
import { provePasskey } from './prove-passkey.ts';
import type { ProvenFactor } from './proven-factor.ts';
import { recoveryDigest } from './recovery-codes.ts';
import { tellFactors } from './tell-factors.ts';
import { openSecret } from './totp.ts';

/** What somebody shows, as typed. */
export type GivenFactor =
  | { readonly kind: 'totp'; readonly code: string }
  | { readonly kind: 'recovery-code'; readonly code: string }
  | {
      readonly kind: 'passkey';
      readonly ceremony: string;
      /** As when it was offered. */
      readonly boundTo: string;
      readonly credential: ShownCredential;
    };

/** Who shows a factor, from where. */
export interface FactorClaim {
  readonly accountId: string;
  readonly network: string;
  /** Of the mail that tells of a recovery code that was used, or of the copy of a passkey. */
  readonly language: MailLanguage;
  readonly given: GivenFactor;
}

/**
 * Proves a second factor. Throws `second_factor_refused`, `attempts_exhausted` and `store_unavailable`; for a passkey
 * `passkey_refused` and `ceremony_over`.
 */
export async function proveFactor(ports: Ports, claim: FactorClaim): Promise<ProvenFactor> {
  const { accountId, network, language, given } = claim;
  if (given.kind === 'passkey')
    return provePasskey(ports, { ...given, purpose: 'second-factor', accountId, network, language });
  const charges = factorCharges(ports, claim);
  await spend(ports, charges, network);
  const isTotp = given.kind === 'totp';
  const use = await (isTotp ? lookAtTotp : lookAtRecovery)(ports, claim, given.code);
  if (typeof use === 'string') throw await refused(ports, claim, use);
  return {
    word: isTotp ? 'otp' : 'recovery',
    use: async (tx) => {
      if (!(await use(tx))) throw refusal(claim, 'factor-used');
      await restore(tx, charges);
    },
  };
}

/** How a factor is used up, false when it was before; or the check that refused it. */
type Looked = ((tx: Transaction) => Promise<boolean>) | string;

async function lookAtTotp(ports: Ports, { accountId }: FactorClaim, code: string): Promise<Looked> {
  const totp = await ports.store.read.totps.find(accountId);
  if (!totp) return 'totp-missing';
  const now = ports.clock.now();
  const step = matchTotp(openSecret(ports, totp), bareTotp(code), now);
  if (step === undefined) return 'totp';
  if (step <= totp.lastStep) return 'totp-used';
  return (tx) => tx.totps.accept({ id: totp.id, accountId, step, usedAt: now });
}

async function lookAtRecovery(ports: Ports, claim: FactorClaim, code: string): Promise<Looked> {
  const { accountId, network, language } = claim;
  const digest = recoveryDigest(ports.vault, accountId, code);
  if (!(await ports.store.read.recoveryCodes.has(accountId, digest))) return 'recovery-code';
  return async (tx) => {
    if (!(await tx.recoveryCodes.consume(accountId, digest))) return false;
    const { recoveryCodes: left } = await tx.factors.held(accountId);
    await appendEvent(tx, ports.clock.now(), {
      type: 'recovery-code.used',
      accountId,
      actor: accountId,
      network,
      data: { left },
    });
    await tellFactors(ports, tx, {
      accountId,
      network,
      language,
      news: { kind: 'recovery-code-used', left },
    });
    return true;
  };
}

async function refused(ports: Ports, claim: FactorClaim, check: string): Promise<DomainFailure> {
  const { store, clock, tally } = ports;
  const { accountId, network } = claim;
  tally.signIn('refused');
  await store.transact((tx) =>
    appendEvent(tx, clock.now(), {
      type: 'sign-in.refused',
      accountId,
      actor: 'stranger',
      network,
      data: { check },
    }),
  );
  return refusal(claim, check);
}

const refusal = ({ accountId }: FactorClaim, check: string): DomainFailure =>
  fail('second_factor_refused', { detail: { check, account: accountId } });
