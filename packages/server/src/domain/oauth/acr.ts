/**
 * How strongly it was proven who this is (OpenID Connect Core §2, `acr`): the one list of what we can state.
 */
import type { JsonValue } from '../../protocol/json.ts';
import type { ClaimsRequest } from '../../protocol/oauth/claims-parameter.ts';
import { isTwoFactor } from '../factors/strength.ts';

/** Two factors were proven. */
export const twoFactorAcr = 'urn:doorward:acr:two-factor';

/** One factor was proven; every sign-in of ours proves as much. */
const oneFactorAcr = 'urn:doorward:acr:one-factor';

/** All that we can state, the strongest first. */
export const acrValues = [twoFactorAcr, oneFactorAcr] as const;

/**
 * The `acr` of a session: the strongest that is true of it, or the strongest true one of those that a request insists on
 * (OpenID Connect Core §5.5.1.1).
 */
export function acrOf(amr: string, wanted: readonly JsonValue[] = []): string {
  const holding = acrValues.filter((value) => value !== twoFactorAcr || isTwoFactor(amr));
  return holding.find((value) => wanted.includes(value)) ?? holding[0] ?? oneFactorAcr;
}

/** Whether a value is one that we can state. */
export const isAcr = (value: JsonValue): boolean => acrValues.some((one) => one === value);

/** The values that a request insists on in the ID token; none where it does not. */
export const insistedAcr = (claims: ClaimsRequest | undefined): readonly JsonValue[] =>
  claims?.idToken.find(({ name, essential }) => name === 'acr' && essential)?.values ?? [];
