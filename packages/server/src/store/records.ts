import type { Transaction } from '../domain/store.ts';
import { accounts } from './accounts/accounts.ts';
import { roles } from './accounts/roles.ts';
import { setUps } from './accounts/set-ups.ts';
import { events } from './admin/events.ts';
import { signingKeys } from './keys/signing-keys.ts';
import { budgets } from './sessions/budgets.ts';
import { sessions } from './sessions/sessions.ts';
import type { Sql } from './sql.ts';
import { apiKeys } from './tokens/api-keys.ts';
import { families } from './tokens/families.ts';
import { revocations } from './tokens/revocations.ts';

/** All nouns over one executor. */
export const records = (sql: Sql): Transaction => ({
  accounts: accounts(sql),
  roles: roles(sql),
  sessions: sessions(sql),
  families: families(sql),
  apiKeys: apiKeys(sql),
  budgets: budgets(sql),
  events: events(sql),
  signingKeys: signingKeys(sql),
  revocations: revocations(sql),
  setUps: setUps(sql),
});

/** The tables, for counting rows. */
export const tables = [
  'accounts',
  'identifiers',
  'passwords',
  'roles',
  'sessions',
  'families',
  'api_keys',
  'budgets',
  'events',
  'signing_keys',
  'revocations',
  'set_ups',
] as const;
