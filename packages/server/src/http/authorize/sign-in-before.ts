import { withFields } from '../../protocol/oauth/authorization-response.ts';

/** Where people sign in. */
export const signInPath = '/sign-in';

/** The address of the sign-in page for another page of ours, which the person comes to afterwards. */
export const signInBefore = (next: string): string => withFields(signInPath, [['next', next]]);
