/** Whom a provider of OpenID Connect has proven. */
import { type Configuration, fetchUserInfo } from 'openid-client';
import { fail } from '../../domain/failures.ts';
import type { OutsideAccount } from '../../domain/upstream/upstream.ts';
import { isStrictJws } from '../../protocol/oauth/jws.ts';
import { isPlainText, nameIn } from '../../protocol/text.ts';
import type { ProviderSettings } from './providers.ts';

/** What stands in the ID token, and what opens UserInfo. */
export interface OpenIdTokens {
  readonly idToken: string | undefined;
  readonly claims:
    | (Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string })
    | undefined;
  readonly accessToken: string;
}

/** OpenID Connect Core §2. */
const longestSubject = 255;

/** The account of an ID token that was proven. What the token does not tell, UserInfo may (OpenID Connect Core §5.3). */
export async function openIdAccount(
  configuration: Configuration,
  { verifiedAsText }: ProviderSettings,
  { idToken, claims, accessToken }: OpenIdTokens,
): Promise<OutsideAccount> {
  if (!claims || idToken === undefined)
    throw fail('provider_refused', { detail: { check: 'id-token-missing' } });
  if (!isStrictJws(idToken)) throw fail('provider_refused', { detail: { check: 'id-token-form' } });
  const { iss: issuer, sub: subject } = claims;
  if (subject === '' || !isPlainText(subject, longestSubject))
    throw fail('provider_refused', { detail: { check: 'subject' } });
  const told =
    claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined
      ? await fetchUserInfo(configuration, accessToken, subject)
      : claims;
  const email = shown(told['email'], 254);
  const isVerified = told['email_verified'] === true || (verifiedAsText && told['email_verified'] === 'true');
  const name = shown(told['name'], 100);
  return {
    issuer,
    subject,
    name,
    email: isVerified && email !== '' ? email : undefined,
    label: email || shown(told['preferred_username'], 100) || name,
  };
}

/** A text that may be shown; empty when it may not, or is none. */
export const shown = (value: unknown, most: number): string =>
  typeof value === 'string' && isPlainText(value, most) ? nameIn(value) : '';
