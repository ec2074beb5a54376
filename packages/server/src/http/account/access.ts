/** Who else may use the account: applications, and other services that one signs in with. */
import * as v from 'valibot';
import { unlinkIdentity } from '../../domain/accounts/identities.ts';
import { listGrants, withdrawGrant } from '../../domain/authorize/grants.ts';
import { requireStrongProof } from '../../domain/factors/factor-owner.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { line, uuid } from '../input.ts';
import { leadAway } from '../upstream/outside.ts';
import { centreRoute, type Draw, doneAt, formRoute } from './centre.ts';

const { applications, identities } = centrePaths;

const drawApplications: Draw = async ({ ports, session }, centre) => {
  const { applicationsPage } = await import('../../pages/account/applications.ts');
  return applicationsPage(centre, await listGrants(ports, session.accountId));
};

/** `GET /account/applications`: what may act for the account. */
export const applicationsPageRoute = centreRoute(
  { path: applications, summary: 'Applications with access, and what they may do.' },
  drawApplications,
);

/** `POST /account/applications/withdraw`: takes the access away. */
export const withdrawFormRoute = formRoute(
  {
    path: `${applications}/withdraw`,
    formOf: applications,
    summary: 'Withdraw what you have allowed an application.',
    body: v.strictObject({ client: uuid }),
    failures: ['not_found'],
  },
  {
    act: async ({ ports, session: { accountId, id: sessionId }, body: { client: clientId }, network }) => {
      await withdrawGrant(ports, { accountId, sessionId, clientId, network });
      return doneAt(applications, 'grant-withdrawn');
    },
    draw: drawApplications,
  },
);

const drawIdentities: Draw = async ({ ports, session }, centre) => {
  const { identitiesPage } = await import('../../pages/account/identities.ts');
  return identitiesPage(centre, {
    identities: await ports.store.read.identities.list(session.accountId),
    providers: ports.upstream.providers,
  });
};

/** `GET /account/identities`: linked sign-ins. */
export const identitiesPageRoute = centreRoute(
  { path: identities, summary: 'Other services that you can sign in with.' },
  drawIdentities,
);

/** `POST /account/identities/link`: goes to a provider, which leads back here. */
export const linkFormRoute = formRoute(
  {
    path: `${identities}/link`,
    formOf: identities,
    summary: 'Link a sign-in at another service.',
    body: v.strictObject({ provider: line(32) }),
    failures: ['proof_too_old', 'proof_too_weak', 'not_found', 'provider_unavailable', 'provider_refused'],
  },
  {
    act: async ({ ports, session, body: { provider } }) => {
      await requireStrongProof(ports, session);
      const purpose = { provider, authorization: '', next: identities, linksTo: session.id };
      const { location, cookies } = await leadAway(ports, purpose);
      return { status: 303, headers: { location }, cookies };
    },
    draw: drawIdentities,
  },
);

/** `POST /account/identities/unlink`: unlinks one, unless it is the last way in. */
export const unlinkFormRoute = formRoute(
  {
    path: `${identities}/unlink`,
    formOf: identities,
    summary: 'Unlink a sign-in at another service, unless it is the last way in.',
    body: v.strictObject({ identity: uuid }),
    failures: ['proof_too_old', 'proof_too_weak', 'not_found', 'last_way_in'],
  },
  {
    act: async ({ ports, session, body: { identity: identityId }, network }) => {
      await requireStrongProof(ports, session);
      await unlinkIdentity(ports, { accountId: session.accountId, identityId, network });
      return doneAt(identities, 'identity-unlinked');
    },
    draw: drawIdentities,
  },
);
