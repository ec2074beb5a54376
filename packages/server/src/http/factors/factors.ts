import * as v from 'valibot';
import { isoTime } from '../../base/iso-time.ts';
import { standingOf } from '../../domain/factors/demand.ts';
import { factorDemands } from '../../domain/factors/factor.ts';
import { type FactorOwner, ownerBySession } from '../../domain/factors/factor-owner.ts';
import { renewRecoveryCodes } from '../../domain/factors/recovery-codes.ts';
import { fail } from '../../domain/failures.ts';
import { languageOf } from '../language.ts';
import { type SessionCall, sessionRoute } from '../route.ts';
import { time } from '../views.ts';

/** Where the factors of one's own account are. */
export const factorsPath = '/api/v1/account/factors';

/** Recovery codes, which are shown once. */
export const recoveryCodesSchema = v.pipe(
  v.array(v.string()),
  v.description('Each works once in place of a second factor. They are shown now and never again.'),
);

/** What a row that changes factors can answer about who asks. */
export const changeFailures = ['proof_too_old', 'proof_too_weak'] as const;

/** Whoever calls, as the owner of their factors. */
export const ownerOf = ({
  session,
  network,
  wire,
}: Pick<SessionCall, 'session' | 'network' | 'wire'>): FactorOwner =>
  ownerBySession(session, { network, language: languageOf(wire) });

/** `GET /api/v1/account/factors`: what the account has. */
export const listFactorsRoute = sessionRoute(
  {
    method: 'GET',
    path: factorsPath,
    subject: 'factors',
    summary: 'Your second factors and passkeys, and what your roles demand.',
    forgery: 'none',
    limits: ['none'],
    answers: {
      200: {
        description: 'The factors.',
        schema: v.object({
          totp: v.nullable(v.object({ created_at: v.string(), last_used_at: v.nullable(v.string()) })),
          recovery_codes_left: v.number(),
          demanded: v.picklist(factorDemands),
        }),
      },
    },
    failures: [],
  },
  async ({ ports, session: { accountId } }) => {
    const { read } = ports.store;
    const account = await read.accounts.find(accountId);
    if (!account)
      throw fail('credentials_invalid', { detail: { check: 'account-deleted', account: accountId } });
    const [totp, { held, demand }] = await Promise.all([
      read.totps.find(accountId),
      standingOf(read, account),
    ]);
    const shown = totp && { created_at: isoTime(totp.createdAt), last_used_at: time(totp.usedAt) };
    const json = { totp: shown ?? null, recovery_codes_left: held.recoveryCodes, demanded: demand };
    return { status: 200, json };
  },
);

/** `POST /api/v1/account/factors/recovery-codes`: new ones. */
export const renewRecoveryCodesRoute = sessionRoute(
  {
    method: 'POST',
    path: `${factorsPath}/recovery-codes`,
    subject: 'factors',
    summary: 'Get ten new recovery codes; those before are void.',
    forgery: 'carrier',
    limits: ['none'],
    answers: {
      200: { description: 'The codes.', schema: v.object({ recovery_codes: recoveryCodesSchema }) },
    },
    failures: [...changeFailures, 'factor_missing'],
  },
  async (call) => {
    const codes = await renewRecoveryCodes(call.ports, ownerOf(call));
    return { status: 200, json: { recovery_codes: codes } };
  },
);
