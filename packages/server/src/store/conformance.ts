/**
 * The conformance suite of the storage port: the rules that every store keeps, whatever database it stands on. It needs
 * no test framework; whoever writes a driver runs each case against fresh data:
 *
 *     for (const { name, run } of storeConformance) test(name, () => run({ open: openMine, now: Date.now() }));
 */
import { accountRules, credentialRules, searchRules } from './conformance-accounts.ts';
import {
  arrivalRaceRules,
  attemptRules,
  mailTicketRules,
  provenAddressRules,
} from './conformance-arrivals.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { decisionRules } from './conformance-decisions.ts';
import {
  factorRaceRules,
  passkeyRules,
  recoveryCodeRules,
  rememberedDeviceRules,
  totpRules,
} from './conformance-factors.ts';
import { mailRaceRules, mailRules } from './conformance-mails.ts';
import { clientRules, clientSecretRules, registrationTokenRules } from './conformance-oauth.ts';
import { authorizationRules, clientTokenRules, codeRules, deviceRules } from './conformance-oauth-codes.ts';
import { clientFamilyRules, grantRules, identityRules, noticeRules } from './conformance-oauth-grants.ts';
import { oauthRaceRules } from './conformance-oauth-races.ts';
import { apiKeyRules, eventRules, revocationRules, signingKeyRules } from './conformance-records.ts';
import { budgetRules, familyRules, sessionRules } from './conformance-sessions.ts';
import { binderRules, raceRules, transactionRules } from './conformance-transactions.ts';

export type { ConformanceCase, ConformanceContext } from './conformance-case.ts';

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
