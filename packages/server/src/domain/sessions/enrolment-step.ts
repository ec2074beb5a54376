/**
 * The step of a sign-in on our pages that sets up a factor which a role demands and the account does not have yet. The factor
 * comes to be in the transaction of the session that it lets in: whoever is refused there, because the password is another one
 * by then or the sign-in is over, leaves no factor behind. One that the account has is always asked for before another may be
 * added, so that nobody who knows the password alone puts a factor of their own beside it.
 */
import type { FactorDemand } from '../factors/factor.ts';
import type { FactorOwner } from '../factors/factor-owner.ts';
import { checkRegistration, offerRegistration, type Registration } from '../factors/passkeys.ts';
import type { OfferedPasskey } from '../factors/prove-passkey.ts';
import type { Proven } from '../factors/strength.ts';
import {
  beginTotp,
  type ConfirmedFactor,
  checkTotp,
  type ShownTotp,
  type TotpConfirmation,
} from '../factors/totp.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import type { FirstProof, SignInAttempt } from './attempt.ts';
import { amrWith, lookAtSecondStep } from './second-step.ts';
import { type StepBrowser, type StepOutcome, stepIn } from './step-in.ts';

/** Who enrols a factor, in which sign-in. */
export interface Enrolling extends Pick<StepBrowser, 'network' | 'language'> {
  readonly attempt: SignInAttempt;
}

/** The owner of the account that an attempt has proven in part. */
const ownerIn = ({ attempt, network, language }: Enrolling): FactorOwner => {
  const { accountId, amr, createdAt: provenAt } = attempt;
  return { accountId, sessionId: '', amr, provenAt, network, language };
};

/** What is demanded. Throws `sign_in_over` where nothing has to be set up, or something else. */
async function demandAt(
  ports: Ports,
  attempt: SignInAttempt,
  { byApp }: { readonly byApp: boolean },
): Promise<Exclude<FactorDemand, 'nothing'>> {
  const { missing, demand } = await lookAtSecondStep(ports, attempt);
  const takes = demand === 'second-factor' || (demand === 'passkey' && !byApp);
  if (missing === 'factor_enrolment_required' && takes) return demand;
  throw fail('sign_in_over', { detail: { check: 'other-step' } });
}

/** What may be set up, and what a browser makes a passkey with. */
export interface EnrolmentOffer {
  readonly demand: Exclude<FactorDemand, 'nothing'>;
  readonly passkey: OfferedPasskey;
}

/** Offers what is demanded. Throws `sign_in_over` where nothing is, and what `offerRegistration` throws. */
export async function offerEnrolment(ports: Ports, enrolling: Enrolling): Promise<EnrolmentOffer> {
  const { attempt } = enrolling;
  const demand = await demandAt(ports, attempt, { byApp: false });
  return { demand, passkey: await offerRegistration(ports, ownerIn(enrolling), attempt.id) };
}

/** Shows a secret for an authenticator. Throws `sign_in_over` where none is demanded, and what `beginTotp` throws. */
export async function beginAppEnrolment(ports: Ports, enrolling: Enrolling): Promise<ShownTotp> {
  await demandAt(ports, enrolling.attempt, { byApp: true });
  return beginTotp(ports, ownerIn(enrolling));
}

/** What came of an enrolment: the codes to show once, and the session. */
export interface EnrolmentOutcome {
  readonly outcome: StepOutcome;
  readonly recoveryCodes: readonly string[] | undefined;
}

/** An authenticator that is confirmed by its first code, which also proves it. */
export interface AppStep extends StepBrowser, Enrolling {
  readonly confirmation: TotpConfirmation;
}

/** Sets the authenticator up and steps in. Throws what `checkTotp`, `beginAppEnrolment` and `stepIn` throw. */
export async function stepByApp(ports: Ports, { confirmation, ...step }: AppStep): Promise<EnrolmentOutcome> {
  await demandAt(ports, step.attempt, { byApp: true });
  const confirmed = await checkTotp(ports, ownerIn(step), confirmation);
  return stepByEnrolment(ports, { ...step, confirmed, proven: { word: 'otp' } });
}

/** A passkey that was made in this sign-in, which also proves it. */
export interface NewPasskeyStep extends StepBrowser, Enrolling {
  readonly made: Omit<Registration, 'boundTo'>;
}

/** Registers the passkey and steps in. Throws what `checkRegistration`, `offerEnrolment` and `stepIn` throw. */
export async function stepByNewPasskey(
  ports: Ports,
  { made, ...step }: NewPasskeyStep,
): Promise<EnrolmentOutcome> {
  await demandAt(ports, step.attempt, { byApp: false });
  const confirmed = await checkRegistration(ports, ownerIn(step), { ...made, boundTo: step.attempt.id });
  // None is registered whose authenticator has not verified the person.
  return stepByEnrolment(ports, { ...step, confirmed, proven: { word: 'pop', isVerified: true } });
}

async function stepByEnrolment(
  ports: Ports,
  {
    confirmed,
    proven,
    ...step
  }: StepBrowser & Enrolling & { readonly confirmed: ConfirmedFactor; readonly proven: Proven },
): Promise<EnrolmentOutcome> {
  const { attempt } = step;
  let recoveryCodes: readonly string[] | undefined;
  const prove = async (tx: Transaction): Promise<FirstProof> => {
    ({ recoveryCodes } = await confirmed.enrol(tx));
    return stillProven(tx, attempt, proven);
  };
  const outcome = await stepIn(ports, { ...step, wish: attempt, prove });
  return { outcome, recoveryCodes };
}

/**
 * The proof, by the password that the attempt began with. It is looked at here too: where the account is closing the attempt
 * waits once more, and no session asks yet. Throws `sign_in_refused`.
 */
async function stillProven(
  tx: Transaction,
  { accountId, amr, phc }: SignInAttempt,
  proven: Proven,
): Promise<FirstProof> {
  if (phc !== '' && (await tx.accounts.password(accountId))?.phc !== phc)
    throw fail('sign_in_refused', { detail: { check: 'password-changed-meanwhile', account: accountId } });
  return { accountId, amr: amrWith(amr, proven), phc: phc === '' ? undefined : phc };
}
