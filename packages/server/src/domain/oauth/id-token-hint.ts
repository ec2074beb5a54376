import { OAuthFault } from '../../protocol/oauth/error.ts';
import { type HintedSession, hintedSession, readIdTokenHint } from '../../protocol/oauth/id-token.ts';
import type { Ports } from '../ports.ts';

/**
 * Whom and what an ID token of ours names that a client shows again, of whatever age (OpenID Connect Core §3.1.2.1,
 * RP-Initiated Logout §2). Throws `invalid_request` for what is none of ours. Keys are dropped in the end, so a token of
 * many days ago may be refused as well.
 */
export async function proveIdTokenHint(
  { keys, settings }: Pick<Ports, 'keys' | 'settings'>,
  text: string,
): Promise<HintedSession> {
  const hint = readIdTokenHint(text);
  const { algorithm, input, signature } = hint.jws;
  if (!(await keys.verify({ kid: hint.keyId, algorithm, input, signature })))
    throw new OAuthFault('invalid_request', 'The ID token hint is not one of ours.', {
      parameter: 'id_token_hint',
      check: 'hint-signature',
    });
  return hintedSession(hint, settings.issuer);
}
