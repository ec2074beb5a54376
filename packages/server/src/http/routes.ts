/**
 * The route table: everything that this server answers, and nothing else. The server, the OpenAPI document and the
 * access, CSRF and mass-assignment tests are made from it.
 */
import {
  applicationsPageRoute,
  identitiesPageRoute,
  linkFormRoute,
  unlinkFormRoute,
  withdrawFormRoute,
} from './account/access.ts';
import { apiKeysPageRoute, endKeyFormRoute, makeKeyFormRoute } from './account/api-keys.ts';
import { dataPageRoute, deletionFormRoute, downloadFormRoute } from './account/data.ts';
import { eventsPageRoute } from './account/events.ts';
import {
  beginAppFormRoute,
  confirmAppFormRoute,
  factorsPageRoute,
  forgetBrowserFormRoute,
  removeAppFormRoute,
  renewCodesFormRoute,
} from './account/factors.ts';
import { emailFormRoute, namesFormRoute, namesPageRoute } from './account/names.ts';
import { overviewRoute } from './account/overview.ts';
import {
  addPasskeyFormRoute,
  passkeysPageRoute,
  removePasskeyFormRoute,
  renamePasskeyFormRoute,
} from './account/passkeys.ts';
import { firstPasswordFormRoute, passwordFormRoute, passwordPageRoute } from './account/password.ts';
import { proofFormRoute, proofPageRoute, proofPasskeyRoute } from './account/proof.ts';
import { endDeviceFormRoute, endOthersFormRoute, sessionsPageRoute } from './account/sessions.ts';
import { changeAccountRoute, deleteAccountRoute, readAccountRoute } from './accounts/account.ts';
import { signUpRoute } from './accounts/accounts.ts';
import { readDataRoute } from './accounts/data.ts';
import { changePasswordRoute, firstPasswordRoute } from './accounts/password.ts';
import { setUpRoute, showSetUpRoute } from './accounts/set-up.ts';
import { resetFactorsRoute } from './admin/account-factors.ts';
import { endAnySessionsRoute, listAnySessionsRoute } from './admin/account-sessions.ts';
import {
  createAccountRoute,
  deleteAnyAccountRoute,
  governAccountRoute,
  readAnyAccountRoute,
  searchAccountsRoute,
} from './admin/accounts.ts';
import { decisionRoute } from './admin/decisions.ts';
import { listEventsRoute } from './admin/events.ts';
import { inviteRoute, listInvitationsRoute, withdrawInvitationRoute } from './admin/invitations.ts';
import { listKeysRoute, rotateKeysRoute } from './admin/keys.ts';
import { deleteRoleRoute, listRolesRoute, putRoleRoute } from './admin/roles.ts';
import { statsRoute } from './admin/stats.ts';
import { arrivalRoutes } from './arrival-routes.ts';
import { assetRoute } from './assets.ts';
import { authorizeFormRoute, authorizeRoute, resumeRoute } from './authorize/authorize.ts';
import { consentRoute, showConsentRoute } from './authorize/consent.ts';
import { listGrantsRoute, withdrawGrantRoute } from './authorize/grants.ts';
import { pushRequestRoute } from './authorize/pushed.ts';
import {
  changeClientRoute,
  createClientRoute,
  deleteClientRoute,
  listClientsRoute,
  readClientRoute,
  rotateSecretRoute,
} from './clients/clients.ts';
import {
  endRegistrationRoute,
  readRegistrationRoute,
  registerRoute,
  replaceRegistrationRoute,
} from './clients/registration.ts';
import { docsRoute, failuresRoute, homeRoute, openApiRoute } from './docs.ts';
import { forgetDeviceRoute, listDevicesRoute } from './factors/devices.ts';
import { listFactorsRoute, renewRecoveryCodesRoute } from './factors/factors.ts';
import {
  listPasskeysRoute,
  offerRegistrationRoute,
  registerPasskeyRoute,
  removePasskeyRoute,
  renamePasskeyRoute,
} from './factors/passkeys.ts';
import { offerProofRoute, proveAgainRoute } from './factors/proof.ts';
import { beginTotpRoute, confirmTotpRoute, removeTotpRoute } from './factors/totp.ts';
import { liveRoute, metricsRoute, readyRoute } from './health.ts';
import { jwksRoute } from './keys/jwks.ts';
import { chooseLanguageRoute } from './language.ts';
import { deviceAuthorizationRoute } from './oauth/device.ts';
import { decideDeviceRoute, openDeviceRoute, showDeviceRoute } from './oauth/device-page.ts';
import {
  askSignOutRoute,
  endSessionEndpointRoute,
  endSessionFormRoute,
  signOutPageRoute,
} from './oauth/end-session.ts';
import { introspectRoute } from './oauth/introspection.ts';
import { authorizationServerRoute, openIdConfigurationRoute } from './oauth/metadata.ts';
import { giveBackRoute } from './oauth/revoke.ts';
import { tokenRoute } from './oauth/token.ts';
import { postUserInfoRoute, readUserInfoRoute } from './oauth/userinfo.ts';
import type { Route } from './route.ts';
import { endOtherSessionsRoute, endSessionRoute, listSessionsRoute } from './sessions/account-sessions.ts';
import { askMailRoute, signInByMailRoute } from './sessions/mail.ts';
import { offerPasskeyRoute, signInByPasskeyRoute } from './sessions/passkey.ts';
import { principalRoute } from './sessions/principal.ts';
import { readSessionRoute, signOutRoute } from './sessions/session.ts';
import { signInRoute } from './sessions/sessions.ts';
import { verifyRoute } from './sessions/verify.ts';
import { createApiKeyRoute, endApiKeyRoute, listApiKeysRoute } from './tokens/api-keys.ts';
import { refreshRoute } from './tokens/refresh.ts';
import { revocationsRoute } from './tokens/revocations.ts';
import { revokeRoute } from './tokens/revoke.ts';
import { linkIdentityRoute, listIdentitiesRoute, unlinkIdentityRoute } from './upstream/identities.ts';
import { signInFromFormRoute, signInFromRoute, signInWithRoute } from './upstream/outside.ts';

/** All rows. */
export const routes: readonly Route[] = [
  signUpRoute,
  readAccountRoute,
  changeAccountRoute,
  deleteAccountRoute,
  firstPasswordRoute,
  changePasswordRoute,
  readDataRoute,
  showSetUpRoute,
  setUpRoute,
  signInRoute,
  readSessionRoute,
  signOutRoute,
  listSessionsRoute,
  endOtherSessionsRoute,
  endSessionRoute,
  offerPasskeyRoute,
  signInByPasskeyRoute,
  askMailRoute,
  signInByMailRoute,
  offerProofRoute,
  proveAgainRoute,
  listFactorsRoute,
  beginTotpRoute,
  confirmTotpRoute,
  removeTotpRoute,
  renewRecoveryCodesRoute,
  listPasskeysRoute,
  offerRegistrationRoute,
  registerPasskeyRoute,
  renamePasskeyRoute,
  removePasskeyRoute,
  listDevicesRoute,
  forgetDeviceRoute,
  principalRoute,
  verifyRoute,
  refreshRoute,
  revokeRoute,
  listApiKeysRoute,
  createApiKeyRoute,
  endApiKeyRoute,
  revocationsRoute,
  jwksRoute,
  tokenRoute,
  giveBackRoute,
  openIdConfigurationRoute,
  authorizationServerRoute,
  readUserInfoRoute,
  postUserInfoRoute,
  introspectRoute,
  registerRoute,
  readRegistrationRoute,
  replaceRegistrationRoute,
  endRegistrationRoute,
  endSessionEndpointRoute,
  endSessionFormRoute,
  askSignOutRoute,
  signOutPageRoute,
  authorizeRoute,
  authorizeFormRoute,
  resumeRoute,
  ...arrivalRoutes,
  signInWithRoute,
  signInFromRoute,
  signInFromFormRoute,
  listIdentitiesRoute,
  linkIdentityRoute,
  unlinkIdentityRoute,
  showConsentRoute,
  consentRoute,
  pushRequestRoute,
  deviceAuthorizationRoute,
  showDeviceRoute,
  openDeviceRoute,
  decideDeviceRoute,
  listGrantsRoute,
  withdrawGrantRoute,
  searchAccountsRoute,
  createAccountRoute,
  readAnyAccountRoute,
  governAccountRoute,
  deleteAnyAccountRoute,
  resetFactorsRoute,
  listAnySessionsRoute,
  endAnySessionsRoute,
  listRolesRoute,
  putRoleRoute,
  deleteRoleRoute,
  listClientsRoute,
  createClientRoute,
  readClientRoute,
  changeClientRoute,
  deleteClientRoute,
  rotateSecretRoute,
  listInvitationsRoute,
  inviteRoute,
  withdrawInvitationRoute,
  listEventsRoute,
  statsRoute,
  listKeysRoute,
  rotateKeysRoute,
  decisionRoute,
  liveRoute,
  readyRoute,
  metricsRoute,
  overviewRoute,
  namesPageRoute,
  namesFormRoute,
  emailFormRoute,
  passwordPageRoute,
  passwordFormRoute,
  firstPasswordFormRoute,
  passkeysPageRoute,
  addPasskeyFormRoute,
  renamePasskeyFormRoute,
  removePasskeyFormRoute,
  factorsPageRoute,
  beginAppFormRoute,
  confirmAppFormRoute,
  removeAppFormRoute,
  renewCodesFormRoute,
  forgetBrowserFormRoute,
  sessionsPageRoute,
  endDeviceFormRoute,
  endOthersFormRoute,
  applicationsPageRoute,
  withdrawFormRoute,
  identitiesPageRoute,
  linkFormRoute,
  unlinkFormRoute,
  apiKeysPageRoute,
  makeKeyFormRoute,
  endKeyFormRoute,
  eventsPageRoute,
  proofPageRoute,
  proofFormRoute,
  proofPasskeyRoute,
  dataPageRoute,
  downloadFormRoute,
  deletionFormRoute,
  homeRoute,
  docsRoute,
  failuresRoute,
  openApiRoute,
  chooseLanguageRoute,
  assetRoute,
];

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Throws when a row has a hole: two rows for one method and path, a change that forged requests could make, a body
 * without a way to be refused, no answer. The start stops there.
 */
export function checkTable(table: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { method, path, forgery, access, cors, limits, answers, summary } of table) {
    const name = `${method} ${path}`;
    const hole = seen.has(name)
      ? 'stands there twice'
      : changing.has(method) && forgery === 'none'
        ? 'changes something and is open to forged requests'
        : access.who === 'anyone' && changing.has(method) && forgery !== 'always' && forgery !== 'explicit'
          ? 'lets anyone change something and does not check where browsers come from'
          : access.who !== 'anyone' && forgery === 'explicit'
            ? 'looks at credentials that browsers send by themselves and says that it does not'
            : access.who !== 'anyone' && cors !== undefined
              ? 'looks at credentials and is shared with pages of other origins'
              : limits.length === 0 || Object.keys(answers).length === 0 || summary === ''
                ? 'does not say its limits, its answers or what it is for'
                : undefined;
    if (hole) throw new Error(`route table: ${name} ${hole}`);
    seen.add(name);
  }
}
