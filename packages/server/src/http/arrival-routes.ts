/** The rows by which people arrive: signing in and up, and what their mails lead to. */
import { confirmSignUpRoute } from './accounts/accounts.ts';
import { askEmailRoute, confirmEmailRoute, undoEmailRoute } from './accounts/email.ts';
import { invitationRoute, showInvitationRoute, showUndoRoute, undoRoute } from './accounts/link-pages.ts';
import { askResetRoute, resetPasswordRoute } from './accounts/password-resets.ts';
import { resetFormRoute, showResetRoute } from './accounts/reset-page.ts';
import { showSignUpRoute, signUpFormRoute } from './accounts/sign-up-page.ts';
import { acceptInvitationRoute } from './admin/invitations.ts';
import { showSignInRoute, signInFormRoute } from './authorize/sign-in.ts';
import { beginAppRoute, confirmAppRoute, enrolPasskeyRoute } from './authorize/sign-in-enrolment.ts';
import { keepRoute, showKeepRoute } from './authorize/sign-in-keep.ts';
import { secondPasskeyRoute, signInPasskeyRoute } from './authorize/sign-in-passkey.ts';
import { passwordRoute, showPasswordRoute, signInMailRoute } from './authorize/sign-in-proof.ts';
import { secondStepRoute, showSecondStepRoute } from './authorize/sign-in-second.ts';
import { confirmRoute, showConfirmRoute } from './mail/confirm.ts';
import type { Route } from './route.ts';

/** All of them. */
export const arrivalRoutes: readonly Route[] = [
  confirmSignUpRoute,
  askResetRoute,
  resetPasswordRoute,
  acceptInvitationRoute,
  askEmailRoute,
  confirmEmailRoute,
  undoEmailRoute,
  showSignInRoute,
  signInFormRoute,
  showPasswordRoute,
  passwordRoute,
  signInMailRoute,
  showKeepRoute,
  keepRoute,
  showSecondStepRoute,
  secondStepRoute,
  signInPasskeyRoute,
  secondPasskeyRoute,
  beginAppRoute,
  confirmAppRoute,
  enrolPasskeyRoute,
  showSignUpRoute,
  signUpFormRoute,
  showResetRoute,
  resetFormRoute,
  showConfirmRoute,
  confirmRoute,
  showInvitationRoute,
  invitationRoute,
  showUndoRoute,
  undoRoute,
];
