/** Values for every kind of mail. */
import type { MailValues } from '../../../src/domain/mail/mail.ts';

const at = Date.parse('2026-03-01T12:00:00Z');

/** One of each; `foreign` stands wherever somebody else chooses the text. */
export function sampleValues(foreign = 'Ada'): MailValues {
  const link = 'https://id.example.com/link?ticket=dw_tk_x&language=en';
  const expiresAt = at + 600_000;
  const proof = { link, code: '123456', expiresAt };
  const happening = { at, network: foreign, link };
  return {
    'sign-up': proof,
    'account-exists': { link, resetLink: 'https://id.example.com/reset' },
    'no-account': { link },
    'sign-in': proof,
    'password-reset': proof,
    'email-change': proof,
    'email-changed': { ...happening, email: foreign, expiresAt },
    invitation: { link, inviter: foreign, expiresAt },
    'password-changed': happening,
    'factor-added': { ...happening, factor: 'passkey', name: foreign },
    'factor-removed': { ...happening, factor: 'totp', name: foreign },
    'passkey-copied': { ...happening, name: foreign },
    'recovery-code-used': { ...happening, left: 7 },
    'factors-reset': happening,
    'recovery-codes-renewed': happening,
    'new-device': { ...happening, device: foreign },
    'account-closing': { ...happening, closesAt: at + 14 * 86_400_000 },
    'account-kept': happening,
    'identity-linked': { ...happening, provider: foreign },
    'identity-unlinked': { ...happening, provider: foreign },
    test: { link },
  };
}
