import * as v from 'valibot';
import type { FailureCode } from '../../domain/failures.ts';
import { wayBack } from '../../domain/sessions/attempt.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import type { failureWords } from '../../pages/words/failure.ts';
import { frameOf } from '../language.ts';
import type { Call } from '../route.ts';
import { browserSecret } from './browser.ts';
import { onTheWay, rowId } from './way-on.ts';

/** The page of a failure that no form of ours can mend: it says where to begin again, and leads there if it can. */
export async function deadEnd(call: Call, failure: ShownFailure): Promise<Page> {
  const [{ failurePage }, { failureWords }] = await Promise.all([
    import('../../pages/failure.ts'),
    import('../../pages/words/failure.ts'),
  ]);
  const frame = frameOf(call);
  const again = failure.code === 'sign_in_over' ? await signInAgain(call) : undefined;
  const key = again === undefined ? advice.get(failure.code) : undefined;
  return failurePage(frame, failure, { advice: key && failureWords[frame.language][key], again });
}

/** Requests that name the sign-in they belong to. */
const named = v.object({ attempt: rowId });

/** Where a sign-in of this browser that is over begins anew, with what waits behind it. */
async function signInAgain({ ports, wire, query, body }: Call): Promise<string | undefined> {
  const request: unknown = body ?? query;
  if (!v.is(named, request)) return undefined;
  const way = await wayBack(ports, request.attempt, browserSecret(wire));
  return way && onTheWay('/sign-in', way);
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
