import type { Transaction } from '../domain/store.ts';
import { accounts } from './accounts/accounts.ts';
import { roles } from './accounts/roles.ts';
import { setUps } from './accounts/set-ups.ts';
import { events } from './admin/events.ts';
import { clientSecrets } from './clients/client-secrets.ts';
import { clients } from './clients/clients.ts';
import { registrationTokens } from './clients/registration-tokens.ts';
import { factors } from './factors/factors.ts';
import { passkeys } from './factors/passkeys.ts';
import { recoveryCodes } from './factors/recovery-codes.ts';
import { rememberedDevices } from './factors/remembered-devices.ts';
import { totpDrafts } from './factors/totp-drafts.ts';
import { totps } from './factors/totps.ts';
import { signingKeys } from './keys/signing-keys.ts';
import { mails } from './mail/mails.ts';
import { mailTickets } from './mail/tickets.ts';
import { authorizations } from './oauth/authorizations.ts';
import { clientTokens } from './oauth/client-tokens.ts';
import { codes } from './oauth/codes.ts';
import { deviceAuthorizations } from './oauth/device-authorizations.ts';
import { familyGrants } from './oauth/family-grants.ts';
import { grants } from './oauth/grants.ts';
import { replays } from './oauth/replays.ts';
import { signOutNotices } from './oauth/sign-out-notices.ts';
import { attempts } from './sessions/attempts.ts';
import { budgets } from './sessions/budgets.ts';
import { sessions } from './sessions/sessions.ts';
import type { Sql } from './sql.ts';
import { apiKeys } from './tokens/api-keys.ts';
import { families } from './tokens/families.ts';
import { revocations } from './tokens/revocations.ts';
import { identities } from './upstream/identities.ts';

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
  mails: mails(sql),
  mailTickets: mailTickets(sql),
  attempts: attempts(sql),
  clients: clients(sql),
  clientSecrets: clientSecrets(sql),
  registrationTokens: registrationTokens(sql),
  authorizations: authorizations(sql),
  codes: codes(sql),
  grants: grants(sql),
  familyGrants: familyGrants(sql),
  deviceAuthorizations: deviceAuthorizations(sql),
  clientTokens: clientTokens(sql),
  identities: identities(sql),
  signOutNotices: signOutNotices(sql),
  replays: replays(sql),
  factors: factors(sql),
  totps: totps(sql),
  totpDrafts: totpDrafts(sql),
  recoveryCodes: recoveryCodes(sql),
  passkeys: passkeys(sql),
  rememberedDevices: rememberedDevices(sql),
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
  'mails',
  'mail_tickets',
  'attempts',
  'clients',
  'client_origins',
  'client_secrets',
  'registration_tokens',
  'authorizations',
  'codes',
  'grants',
  'session_clients',
  'device_authorizations',
  'client_tokens',
  'identities',
  'sign_out_notices',
  'replays',
  'totps',
  'totp_drafts',
  'recovery_codes',
  'passkeys',
  'remembered_devices',
] as const;
