import { signInMissing } from './signed-in.ts';
import type { Missing, StepView } from './step.ts';

/**
 * Who this is was proven as lately as the request wants (OpenID Connect Core §3.1.2.1, `prompt=login` and `max_age`). A
 * proof since the request came is always late enough: `max_age=0` asks once and not for ever.
 */
export function recentlyProven({ request, session, arrivedAt, now }: StepView): Missing | undefined {
  if (!session || session.provenAt >= arrivedAt) return undefined;
  const { prompts, maxAge = Number.POSITIVE_INFINITY } = request;
  return prompts.includes('login') || now - session.provenAt > maxAge * 1000 ? signInMissing : undefined;
}
