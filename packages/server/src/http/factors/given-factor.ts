/**
 * A second factor among the members of a body: how it is written, and what the domain makes of it.
 */
import * as v from 'valibot';
import type { GivenFactor } from '../../domain/factors/prove-factor.ts';
import { fail } from '../../domain/failures.ts';
import { line } from '../input.ts';
import { ceremony, shownCredential } from './credential.ts';

/** The members of a body that hold a second factor; one at most is given. */
export const factorEntries = { totp: v.optional(line(20)), recovery_code: v.optional(line(40)) };

/** The members of a body that hold a second factor of a session's own account: a passkey as well. */
export const proofEntries = {
  ...factorEntries,
  passkey: v.optional(v.strictObject({ ceremony, credential: shownCredential }, 'This must be an object.')),
};

/** What was given; undefined for nothing. Throws `input_invalid` for two at once. */
export function givenFactor({
  totp,
  recovery_code: recoveryCode,
}: {
  readonly totp?: string | undefined;
  readonly recovery_code?: string | undefined;
}): GivenFactor | undefined {
  if (totp !== undefined && recoveryCode !== undefined)
    throw fail('input_invalid', {
      fields: [{ field: 'recovery_code', message: 'Give one second factor at a time.' }],
    });
  if (totp !== undefined) return { kind: 'totp', code: totp };
  return recoveryCode === undefined ? undefined : { kind: 'recovery-code', code: recoveryCode };
}

/** What a row that takes a second factor can answer about it. */
export const factorFailures = ['second_factor_required', 'second_factor_refused'] as const;
