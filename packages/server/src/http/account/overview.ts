import { listGrants } from '../../domain/authorize/grants.ts';
import { centrePaths } from '../../pages/words/account-centre.ts';
import { centreRoute, ownAccount } from './centre.ts';
import { liveSessions } from './sessions.ts';

/** `GET /account`: the whole account at a glance. */
export const overviewRoute = centreRoute(
  { path: centrePaths.overview, summary: 'The account at a glance.' },
  async (call, centre) => {
    const { ports, session } = call;
    const { read } = ports.store;
    const { accountId } = session;
    const [account, password, held, sessions, grants, identities, keys] = await Promise.all([
      ownAccount(call),
      read.accounts.password(accountId),
      read.factors.held(accountId),
      liveSessions(call),
      listGrants(ports, accountId),
      read.identities.list(accountId),
      read.apiKeys.list(accountId),
    ]);
    const { overviewPage } = await import('../../pages/account/overview.ts');
    return overviewPage(centre, {
      account: { ...account, emailProven: account.emailVerifiedAt > 0 },
      passwordSince: password?.changedAt,
      held,
      counts: {
        sessions: sessions.length,
        applications: grants.length,
        identities: identities.length,
        apiKeys: keys.length,
      },
    });
  },
);
