/**
 * Attempt budgets: how often may be guessed, per account and per network. A unit is spent in a transaction of its own
 * before the guess is looked at, so that neither a race nor a crash gives guesses away; a right guess is given its
 * units back.
 */
import { createHmac } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import { networkOf } from '../../base/network.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Vault } from '../keys/vault.ts';
import type { Ports } from '../ports.ts';
import type { BudgetSetting, Settings } from '../settings.ts';
import type { Transaction } from '../store.ts';

/** What an attempt is charged to. */
export interface Charge {
  readonly key: string;
  readonly budget: BudgetSetting;
}

/** A guess at a password, before it is looked at. */
export interface Guess {
  /** The account that it is aimed at, if there is one. */
  readonly accountId: string | undefined;
  /** The canonical identifier, or what was typed when it is none. */
  readonly identifier: string;
  readonly network: string;
  /** The account has signed in from this network before. */
  readonly familiar: boolean;
}

/**
 * The charges of a guess. Whoever comes from a network where the account has signed in draws on a budget of that
 * network's own, so that strangers cannot lock an owner out. All identifiers of an account share its budgets;
 * an identifier of nobody has one too, or the answers would tell them apart. The network pays first: once it is
 * spent, it cannot drain the budgets of accounts any more.
 */
export function guessCharges({ settings, vault }: Pick<Ports, 'settings' | 'vault'>, guess: Guess): Charge[] {
  const { budgets } = settings;
  const target = guess.accountId ?? `nobody:${shortDigest(vault, guess.identifier)}`;
  const aimed = guess.familiar
    ? { key: `familiar:${target}:${networkOf(guess.network)}`, budget: budgets.familiar }
    : { key: `account:${target}`, budget: budgets.account };
  return [networkCharge(settings, guess.network), aimed];
}

/**
 * The charges of a guess at the current password by whoever holds a session. They follow the session from network to
 * network, or a stolen cookie would buy guesses without end; strangers without one cannot draw on them.
 */
export const sessionCharges = (
  { settings }: Pick<Ports, 'settings'>,
  { sessionId, network }: { readonly sessionId: string; readonly network: string },
): Charge[] => [
  networkCharge(settings, network),
  { key: `session:${sessionId}`, budget: settings.budgets.familiar },
];

/** Wrong codes in a day. A window alone would let whoever has the password guess a thousand times between two breakfasts. */
const factorsADay = { attempts: 50, windowSeconds: 86_400 } as const;

/**
 * The charges of a guess at the second factor of an account, of whatever kind: one budget over all kinds, networks, sessions
 * and sign-ins (NIST SP 800-63B-4 §3.2.2). Passkeys draw on none: nobody guesses a signature.
 */
export const factorCharges = (
  { settings }: Pick<Ports, 'settings'>,
  { accountId, network }: { readonly accountId: string; readonly network: string },
): Charge[] => [
  networkCharge(settings, network),
  { key: `factor:${accountId}`, budget: settings.budgets.factor },
  { key: `factor-day:${accountId}`, budget: factorsADay },
];

const networkCharge = ({ budgets }: Settings, network: string): Charge => ({
  key: `network:${networkOf(network)}`,
  budget: budgets.network,
});

/**
 * The charges of a guess at a user code by whoever is signed in (RFC 8628 §5.1): of the network, of the account, and of all
 * together, so that many accounts do not add up. In the time that a code lives, no more than two windows of the last are
 * guessed of 20^8 codes: less than one chance in a million to hit it.
 */
export const userCodeCharges = (
  { settings }: Pick<Ports, 'settings'>,
  { accountId, network }: { readonly accountId: string; readonly network: string },
): Charge[] => [
  networkCharge(settings, network),
  { key: `user-code:${accountId}`, budget: settings.budgets.account },
  { key: 'user-code', budget: { attempts: 10_000, windowSeconds: 600 } },
];

/** The charge of an answer by a passkey: nobody guesses a signature, and yet each is looked at and told of. */
export const passkeyCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge =>
  networkCharge(settings, network);

/** The charge of a device that begins to wait, from a network that proves nothing. */
export const deviceCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge => ({
  key: `device:${networkOf(network)}`,
  budget: settings.budgets.network,
});

/**
 * The charges of a guess at a code that was sent to a mailbox, or stands on another screen: of the network, and of the mailbox
 * over all the mails that it gets. A million codes, thirty guesses a day: one chance in ninety for whoever tries for a year.
 * The link needs no guess, so nobody is locked out.
 */
export const mailCodeCharges = (
  { settings, vault }: Pick<Ports, 'settings' | 'vault'>,
  { mailbox, network }: { readonly mailbox: string; readonly network: string },
): Charge[] => [
  networkCharge(settings, network),
  { key: `mail-code:${shortDigest(vault, mailbox)}`, budget: { attempts: 30, windowSeconds: 24 * 3600 } },
];

/** The charge of a mail that somebody asks for by naming a mailbox. */
export const mailCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge => ({
  key: `mail:${networkOf(network)}`,
  budget: settings.budgets.signUp,
});

/** The charge of a request for a code that begins to wait: nobody fills the table of them. */
export const waitingCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge => ({
  key: `waiting:${networkOf(network)}`,
  budget: settings.budgets.waiting,
});

/** The charge of a sign-in that begins on our pages: rows that anybody can make are bounded by it. */
export const attemptCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge => {
  const { attempts, windowSeconds } = settings.budgets.network;
  return { key: `attempt:${networkOf(network)}`, budget: { attempts: 10 * attempts, windowSeconds } };
};

/** The charge of a new account from a network. */
export const signUpCharge = ({ settings }: Pick<Ports, 'settings'>, network: string): Charge => ({
  key: `sign-up:${networkOf(network)}`,
  budget: settings.budgets.signUp,
});

/**
 * Spends one unit of each charge and resolves after that is on disk. Throws `attempts_exhausted` with the seconds
 * until the window ends; what one charge took stays taken when another refuses.
 */
export async function spend(ports: Ports, charges: readonly Charge[], network: string): Promise<void> {
  const now = ports.clock.now();
  const refused = await ports.store.transact(async (tx) => {
    for (const { key, budget } of charges) {
      const spent = await tx.budgets.spend({
        key,
        limit: budget.attempts,
        now,
        resetsAt: now + budget.windowSeconds * 1000,
      });
      if (!spent) return { key, resetsAt: (await tx.budgets.resetsAt(key)) ?? now };
      // Told once a window: the unit that empties the budget.
      if (spent.used === budget.attempts) await tellEmptied(tx, { now, key, network });
    }
    return undefined;
  });
  if (!refused) return;
  ports.tally.signIn('throttled');
  throw fail('attempts_exhausted', {
    retryAfter: Math.max(1, Math.ceil((refused.resetsAt - now) / 1000)),
    detail: { check: 'budget', budget: refused.key, until: new Date(refused.resetsAt).toISOString() },
  });
}

/** Gives the units back, in the transaction of what the attempt achieved. */
export async function restore(tx: Transaction, charges: readonly Charge[]): Promise<void> {
  for (const { key } of charges) await tx.budgets.restore(key);
}

const tellEmptied = (
  tx: Transaction,
  { now, key, network }: { now: number; key: string; network: string },
): Promise<void> =>
  appendEvent(tx, now, { type: 'sign-in.throttled', actor: 'system', network, data: { budget: key } });

/** Identifiers of nobody are kept as keyed digests: what people mistype is often a password. */
const shortDigest = (vault: Vault, identifier: string): string =>
  toBase64url(
    createHmac('sha256', vault.derive('identifier of nobody')).update(identifier).digest().subarray(0, 16),
  );
