import { proveFactor } from '../factors/prove-factor.ts';
import { amrOf } from '../factors/strength.ts';
import { proveMailbox, type TicketProof, type TicketVisitor } from '../mail/prove-mailbox.ts';
import type { Ports } from '../ports.ts';
import type { SignedIn } from './complete-sign-in.ts';
import { afterFirst, type SignIn, started, startInPlaceOf } from './sign-in.ts';
import { useMailProof } from './sign-in-by-mail.ts';

/** A sign-in by the code of a mail, with the ticket of whoever asked for it. */
export interface CodeSignIn
  extends Omit<SignIn, 'identifier' | 'password' | 'returns' | 'lifeSeconds'>,
    Pick<TicketVisitor, 'asker'> {
  readonly proof: TicketProof;
}

/**
 * Signs in by the code of a mail, and begins a session in the carrier that was asked for. A ticket is used up by the session
 * alone: whoever is asked for a second factor shows it with the same code, which costs another of the ticket's guesses. Throws
 * `ticket_over`, `mail_code_refused`, `sign_in_refused`, `second_factor_required`, `second_factor_refused`,
 * `factor_enrolment_required`, `account_closing`, `attempts_exhausted` and `store_unavailable`.
 */
export async function signInByCode(ports: Ports, { proof, asker, ...claim }: CodeSignIn): Promise<SignedIn> {
  const { network, replaces = [], renews = false, language = 'en', carrier, clientName, remembers } = claim;
  const proven = await proveMailbox(ports, proof, { asker, network, purposes: ['sign-in'] });
  const { accountId } = proven.ticket;
  const device = claim.device?.(accountId);
  const { charges } = proven;
  return afterFirst(ports, { accountId, network, charges, device }, async () => {
    const { factor: given } = claim;
    const factor = given && (await proveFactor(ports, { accountId, network, language, given }));
    const closing = claim.keeps ? 'keep' : 'tell';
    const terms = { carrier, network, clientName, language, device, remembers, closing } as const;
    const pending = await ports.store.transact(async (tx) => {
      const { amr: word } = await useMailProof(ports, tx, proven);
      await factor?.use(tx);
      const plan = { ...terms, accountId, amr: amrOf([{ word }, ...(factor ? [factor] : [])]) };
      return startInPlaceOf(ports, tx, { plan, replaces, renews });
    });
    if (replaces.length > 0) ports.tally.revoked();
    return started(ports, pending);
  });
}
