/**
 * Proving once more who holds a session, for what takes a recent or a stronger proof (ASVS 7.5.1, 7.5.3): by the password, by
 * a second factor, or by both.
 */
import { type GivenFactor, proveFactor } from '../factors/prove-factor.ts';
import { amrAfter } from '../factors/strength.ts';
import { fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import type { Carrier, SessionCarrier } from '../tokens/carrier.ts';
import { restore } from './attempt-budget.ts';
import { completeProof, type SignedIn } from './complete-sign-in.ts';
import { proveCurrent } from './prove-password.ts';
import type { Session } from './session.ts';

/** What the holder of a session shows. At least one of password and factor is needed. */
export interface FreshProof {
  readonly session: Session;
  /** By which the session was presented. */
  readonly carrier: Carrier;
  readonly network: string;
  readonly password?: string | undefined;
  readonly factor?: GivenFactor | undefined;
  /** Of a mail that tells of it. */
  readonly language: MailLanguage;
}

/**
 * Proves a session again, which goes on with what was proven now; a cookie gets a new handle. An account that has a second
 * factor is proven by nothing less. Throws `carrier_refused` for a carrier that cannot go on, `input_invalid` for nothing,
 * `current_password_wrong`, `second_factor_required`, `second_factor_refused`, `sign_in_refused`, `credentials_invalid` when
 * the session has ended meanwhile, `attempts_exhausted`, `hashing_busy`, `password_malformed` and `store_unavailable`.
 */
export async function proveAgain(ports: Ports, claim: FreshProof): Promise<SignedIn> {
  const { session, carrier, network, password: currentPassword, factor: given, language } = claim;
  const { accountId, clientName } = session;
  if (!renews(carrier))
    throw fail('carrier_refused', { detail: { check: 'carrier', carrier: carrier.name } });
  if (currentPassword === undefined && !given) throw fail('input_invalid', { fields: nothingGiven });
  const password =
    currentPassword === undefined
      ? undefined
      : await proveCurrent(ports, { session, currentPassword, network });
  const factor = given && (await proveFactor(ports, { accountId, network, language, given }));
  const proofs = [...(password ? [{ word: 'pwd' }] : []), ...(factor ? [factor] : [])];
  const amr = amrAfter(session.amr, proofs);
  const pending = await ports.store.transact(async (tx) => {
    await restore(tx, password?.charges ?? []);
    await factor?.use(tx);
    const plan = { accountId, carrier, amr, network, clientName, phc: password?.phc };
    return completeProof(ports, tx, { ...plan, session });
  });
  if (!pending)
    throw fail('credentials_invalid', { detail: { check: 'session-ended', session: session.id } });
  return { session: pending.session, account: pending.account, delivery: await pending.deliver() };
}

const renews = (carrier: Carrier): carrier is SessionCarrier => 'renew' in carrier;

const nothingGiven = [{ field: 'password', message: 'Give a password, a second factor, or both.' }];
