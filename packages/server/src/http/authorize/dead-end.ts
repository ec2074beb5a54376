import type { FailureCode } from '../../domain/failures.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import type { failureWords } from '../../pages/words/failure.ts';
import { type Framed, frameOf } from '../language.ts';

/** The page of a failure that no form of ours can mend: it says where to begin again. */
export async function deadEnd(call: Framed, failure: ShownFailure): Promise<Page> {
  const [{ failurePage }, { failureWords }] = await Promise.all([
    import('../../pages/failure.ts'),
    import('../../pages/words/failure.ts'),
  ]);
  const frame = frameOf(call);
  const key = advice.get(failure.code);
  return failurePage(frame, failure, key && failureWords[frame.language][key]);
}

type Advice = {
  [Key in keyof Words]: Words[Key] extends string ? Key : never;
}[keyof Words];
type Words = (typeof failureWords)['en'];

/** What can be done about a failure. */
const advice: ReadonlyMap<FailureCode, Advice> = new Map<FailureCode, Advice>([
  ['user_code_refused', 'newDeviceCode'],
  ['authorization_over', 'beginAgain'],
  ['ticket_over', 'askAgain'],
  ['sign_in_over', 'signInAgain'],
  ['proof_too_old', 'signInAgain'],
  ['client_request_invalid', 'tellDevelopers'],
  ['set_up_link_invalid', 'newSetUpLink'],
]);
