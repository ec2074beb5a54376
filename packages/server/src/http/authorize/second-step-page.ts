/** The page of the second step: it asks for a factor that the account has, or has one set up that a role demands. */
import type { HeldFactors } from '../../domain/factors/factor.ts';
import { offerPasskey } from '../../domain/factors/prove-passkey.ts';
import { isFailure } from '../../domain/failures.ts';
import { findAttempt, type SignInAttempt } from '../../domain/sessions/attempt.ts';
import { offerEnrolment } from '../../domain/sessions/enrolment-step.ts';
import { lookAtSecondStep } from '../../domain/sessions/second-step.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { frameOf, languageOf } from '../language.ts';
import type { Call } from '../route.ts';
import { browserSecret } from './browser.ts';
import { deadEnd } from './dead-end.ts';
import { onTheWay, secondStepPath as path } from './way-on.ts';

/** The sign-in of an id that stands at its second step in this browser. Throws `sign_in_over`. */
export const atSecondStep = (
  { ports, wire }: Pick<Call, 'ports' | 'wire'>,
  id: string,
): Promise<SignInAttempt> => findAttempt(ports, id, { browser: browserSecret(wire), step: 'second' });

/** What the page shows beside what is missing. */
export interface Drawing {
  readonly by?: 'totp' | 'recovery_code' | undefined;
  /** The name that was entered for a passkey. */
  readonly name?: string | undefined;
  readonly failure?: ShownFailure | undefined;
}

/** Draws the page again after a refusal, where the sign-in still stands at this step. */
export async function redrawSecondStep(
  call: Call,
  id: string,
  drawing: Drawing & { readonly failure: ShownFailure },
): Promise<Page> {
  try {
    return await drawSecondStep(call, await atSecondStep(call, id), drawing);
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return deadEnd(call, drawing.failure);
  }
}

/** Draws the page. Throws `sign_in_over` where nothing is missing any more, and what `offerEnrolment` throws. */
export async function drawSecondStep(call: Call, attempt: SignInAttempt, drawing: Drawing): Promise<Page> {
  const { ports, network, wire } = call;
  const { missing, held, demand } = await lookAtSecondStep(ports, attempt);
  const frame = frameOf(call, { here: withFields(path, [['attempt', attempt.id]]) });
  const { failure, name } = drawing;
  const shown = { frame, attempt: attempt.id, back: onTheWay('/sign-in', attempt), failure };
  if (missing === 'factor_enrolment_required') {
    const offer = await offerEnrolment(ports, { attempt, network, language: languageOf(wire) });
    const { enrolmentPage } = await import('../../pages/authorize/enrolment.ts');
    return enrolmentPage({ ...shown, ...offer, name });
  }
  const { factorPage } = await import('../../pages/authorize/second-step.ts');
  const offer = { purpose: 'second-factor', boundTo: attempt.id, accountId: attempt.accountId } as const;
  return factorPage({
    ...shown,
    ...asked(attempt, held, drawing),
    passkey: held.passkeys > 0 ? await offerPasskey(ports, offer) : undefined,
    mayRemember: demand !== 'passkey' && ports.settings.rememberedDeviceSeconds > 0,
  });
}

/** Which code is asked for, and where the other one is. */
function asked({ id }: SignInAttempt, held: HeldFactors, { by }: Drawing) {
  const has = { totp: held.totp, recovery_code: held.recoveryCodes > 0 };
  const asks =
    by ?? (has.totp ? 'totp' : has.recovery_code && held.passkeys === 0 ? 'recovery_code' : undefined);
  const other = asks === 'recovery_code' ? 'totp' : 'recovery_code';
  const address = withFields(path, [
    ['attempt', id],
    ['by', other],
  ]);
  return { asks, other: has[other] ? address : undefined } as const;
}
