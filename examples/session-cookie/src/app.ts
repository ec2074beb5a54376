/**
 * Cookie sessions: a user API, and a small demonstration beside it. Doorward keeps passwords and sessions; this program
 * adds a register of users, a cookie of its own and the calls.
 */
import { type Environment, errorJson, Refused, type System } from '@doorward/examples-kit';
import { type Clock, createDoorward } from 'doorward';
import { createApi } from './api.ts';
import { openDatabase } from './database.ts';
import { createDemonstration, keepDemoAccount, messageJson } from './demonstration.ts';
import type { Parts } from './parts.ts';
import { openSessions } from './sessions.ts';
import { never, readSettings } from './settings.ts';
import { openUsers } from './users.ts';
import { openUuidCookies } from './uuid-cookie.ts';

/** How the system is made. */
export interface Options {
  readonly environment: Environment;
  readonly dataFolder: string;
  readonly clock?: Clock;
}

/** Opens the data and answers. Throws `CannotStart` for a wrong environment. */
export async function createSessionCookie({ environment, dataFolder, clock }: Options): Promise<System> {
  const settings = readSettings(environment);
  const database = openDatabase(dataFolder);
  const cookies = openUuidCookies(database, settings.sessionName);
  const doorward = await createDoorward({
    dataFolder,
    issuer: 'http://localhost:5000',
    carriers: [cookies.carrier],
    // How long a session lives is said when it begins: SESSION_DURATION, or never.
    sessionAbsolute: never,
    sessionIdle: never,
    ...(clock ? { clock } : {}),
  });
  const parts: Parts = {
    doorward,
    users: openUsers(database),
    sessions: openSessions(doorward, cookies, settings),
    settings,
    now: () => clock?.now() ?? Date.now(),
  };
  await keepDemoAccount(doorward, settings.demo);
  await tidyUp(parts);
  const [api, demonstration] = [createApi(parts), createDemonstration(parts)];
  return {
    fetch: (request, bindings) => {
      const isApi = new URL(request.url).pathname.startsWith('/api/');
      if (isFromAnotherSite(request)) return (isApi ? errorJson : messageJson)(new Refused(403, 'Forbidden'));
      return (isApi ? api : demonstration)(request, bindings);
    },
    close: async () => {
      await doorward.close();
      database.close();
    },
  };
}

/** Sessions that must not outlive a process end here, and what a crash left half done is made whole. */
async function tidyUp({ doorward, users, sessions, settings }: Parts): Promise<void> {
  const accounts = await doorward.accounts.search({ limit: Number.MAX_SAFE_INTEGER });
  for (const { id, email, createdAt } of accounts) {
    if (settings.authType !== 'session_db_auth') {
      await doorward.sessions.endAll(id);
      sessions.forgetAccount(id);
    }
    // The process ended between the two steps of a sign-up, before anybody was told of it.
    if (email !== undefined && !users.find(id))
      users.add({ id, email, first_name: null, last_name: null, vouched: true, now: createdAt });
  }
  // The same of a deletion.
  const ids = new Set(accounts.map(({ id }) => id));
  for (const { id } of users.list()) if (!ids.has(id)) users.remove(id);
}

/** A browser says which page a change comes from. Cookies and Basic travel by themselves, so another's is refused. */
function isFromAnotherSite(request: Request): boolean {
  const origin = request.headers.get('origin');
  if (origin === null || request.method === 'GET' || request.method === 'HEAD') return false;
  return URL.parse(origin)?.host !== new URL(request.url).host;
}
