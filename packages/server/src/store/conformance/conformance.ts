/**
 * The conformance suite of the storage port: the rules that every store keeps, whatever database it stands on. It needs
 * no test framework; whoever writes a driver runs each case against fresh data:
 *
 *     for (const { name, run } of storeConformance) test(name, () => run({ open: openMine, now: Date.now() }));
 */
import { accountRules, credentialRules, searchRules } from './accounts.ts';
import { arrivalRaceRules, attemptRules, mailTicketRules, provenAddressRules } from './arrivals.ts';
import type { ConformanceCase } from './case.ts';
import { decisionRules } from './decisions.ts';
import {
  factorRaceRules,
  passkeyRules,
  recoveryCodeRules,
  rememberedDeviceRules,
  totpRules,
} from './factors.ts';
import { mailRaceRules, mailRules } from './mails.ts';
import { clientRules, clientSecretRules, registrationTokenRules } from './oauth.ts';
import { authorizationRules, clientTokenRules, codeRules, deviceRules } from './oauth-codes.ts';
import { clientFamilyRules, grantRules, identityRules, noticeRules } from './oauth-grants.ts';
import { oauthRaceRules } from './oauth-races.ts';
import { apiKeyRules, eventRules, revocationRules, signingKeyRules } from './records.ts';
import { budgetRules, familyRules, sessionRules } from './sessions.ts';
import { binderRules, raceRules, transactionRules } from './transactions.ts';

export type { ConformanceCase, ConformanceContext } from './case.ts';

/** All rules, noun by noun, then what holds for all of them. */
export const storeConformance: readonly ConformanceCase[] = [
  ...accountRules,
  ...searchRules,
  ...credentialRules,
  ...sessionRules,
  ...familyRules,
  ...budgetRules,
  ...apiKeyRules,
  ...eventRules,
  ...signingKeyRules,
  ...revocationRules,
  ...clientRules,
  ...clientSecretRules,
  ...registrationTokenRules,
  ...authorizationRules,
  ...codeRules,
  ...grantRules,
  ...clientFamilyRules,
  ...deviceRules,
  ...clientTokenRules,
  ...identityRules,
  ...noticeRules,
  ...mailRules,
  ...mailTicketRules,
  ...attemptRules,
  ...provenAddressRules,
  ...totpRules,
  ...recoveryCodeRules,
  ...passkeyRules,
  ...rememberedDeviceRules,
  ...transactionRules,
  ...binderRules,
  ...raceRules,
  ...oauthRaceRules,
  ...arrivalRaceRules,
  ...mailRaceRules,
  ...decisionRules,
  ...factorRaceRules,
];
