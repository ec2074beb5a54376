import type { Missing, StepView } from './step.ts';

/** Somebody is signed in at this browser (OpenID Connect Core §3.1.2.3). */
export const signedIn = ({ session }: StepView): Missing | undefined => (session ? undefined : signInMissing);

/** Nobody is, or not in the way that was asked for. */
export const signInMissing: Missing = {
  page: 'sign-in',
  error: 'login_required',
  description: 'The person has to sign in.',
};
