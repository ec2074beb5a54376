/**
 * The route table: everything that this server answers, and nothing else. The server, the OpenAPI document and the
 * access, CSRF and mass-assignment tests are made from it.
 */
import { changeAccountRoute, deleteAccountRoute, readAccountRoute } from './accounts/account.ts';
import { signUpRoute } from './accounts/accounts.ts';
import { changePasswordRoute } from './accounts/password.ts';
import { setUpRoute, showSetUpRoute } from './accounts/set-up.ts';
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
import { listKeysRoute, rotateKeysRoute } from './admin/keys.ts';
import { deleteRoleRoute, listRolesRoute, putRoleRoute } from './admin/roles.ts';
import { statsRoute } from './admin/stats.ts';
import { assetRoute } from './assets.ts';
import { docsRoute, failuresRoute, homeRoute, openApiRoute } from './docs.ts';
import { liveRoute, metricsRoute, readyRoute } from './health.ts';
import { jwksRoute } from './keys/jwks.ts';
import type { Route } from './route.ts';
import { endOtherSessionsRoute, endSessionRoute, listSessionsRoute } from './sessions/account-sessions.ts';
import { principalRoute } from './sessions/principal.ts';
import { readSessionRoute, signOutRoute } from './sessions/session.ts';
import { signInRoute } from './sessions/sessions.ts';
import { verifyRoute } from './sessions/verify.ts';
import { createApiKeyRoute, endApiKeyRoute, listApiKeysRoute } from './tokens/api-keys.ts';
import { refreshRoute } from './tokens/refresh.ts';
import { revocationsRoute } from './tokens/revocations.ts';
import { revokeRoute } from './tokens/revoke.ts';

/** All rows. */
export const routes: readonly Route[] = [
  signUpRoute,
  readAccountRoute,
  changeAccountRoute,
  deleteAccountRoute,
  changePasswordRoute,
  showSetUpRoute,
  setUpRoute,
  signInRoute,
  readSessionRoute,
  signOutRoute,
  listSessionsRoute,
  endOtherSessionsRoute,
  endSessionRoute,
  principalRoute,
  verifyRoute,
  refreshRoute,
  revokeRoute,
  listApiKeysRoute,
  createApiKeyRoute,
  endApiKeyRoute,
  revocationsRoute,
  jwksRoute,
  searchAccountsRoute,
  createAccountRoute,
  readAnyAccountRoute,
  governAccountRoute,
  deleteAnyAccountRoute,
  listAnySessionsRoute,
  endAnySessionsRoute,
  listRolesRoute,
  putRoleRoute,
  deleteRoleRoute,
  listEventsRoute,
  statsRoute,
  listKeysRoute,
  rotateKeysRoute,
  decisionRoute,
  liveRoute,
  readyRoute,
  metricsRoute,
  homeRoute,
  docsRoute,
  failuresRoute,
  openApiRoute,
  assetRoute,
];

const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * Throws when a row has a hole: two rows for one method and path, a change that forged requests could make, a body
 * without a way to be refused, no answer. The start stops there.
 */
export function checkTable(table: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { method, path, forgery, access, limits, answers, summary } of table) {
    const name = `${method} ${path}`;
    const hole = seen.has(name)
      ? 'stands there twice'
      : changing.has(method) && forgery === 'none'
        ? 'changes something and is open to forged requests'
        : access.who === 'anyone' && changing.has(method) && forgery !== 'always'
          ? 'lets anyone change something and does not check where browsers come from'
          : limits.length === 0 || Object.keys(answers).length === 0 || summary === ''
            ? 'does not say its limits, its answers or what it is for'
            : undefined;
    if (hole) throw new Error(`route table: ${name} ${hole}`);
    seen.add(name);
  }
}
