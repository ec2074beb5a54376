import { translated } from '../language.ts';

/** Passkeys on the pages of a sign-in. */
export const passkeyWords = translated({
  en: {
    use: 'Use a passkey',
    failed: 'That did not work, or was cancelled. Try again, or sign in another way.',
    needsScript: 'A passkey needs a browser with JavaScript.',
  },
  de: {
    use: 'Passkey verwenden',
    failed: 'Das hat nicht geklappt oder wurde abgebrochen. Noch einmal versuchen oder anders anmelden.',
    needsScript: 'Ein Passkey braucht einen Browser mit JavaScript.',
  },
  ar: {
    use: 'استخدام مفتاح مرور',
    failed: 'لم ينجح ذلك أو أُلغي. حاول مرة أخرى، أو سجّل الدخول بطريقة أخرى.',
    needsScript: 'يحتاج مفتاح المرور إلى متصفح يعمل فيه JavaScript.',
  },
});
