/** Why a token does not live, in sentences, by the check that refused it. */
import type { FindingValues } from '../../domain/dev/finding.ts';
import { isolated, type Language, translated } from '../language.ts';

type Sentence = (values: FindingValues) => string;

const text = (values: FindingValues, name: string): string => String(values[name] ?? '');

const reasons = translated<Readonly<Record<string, Sentence>>>({
  en: {
    'session-unknown': () => 'Revoked: its session is gone, it was collected or its account deleted.',
    'session-ended': (v) =>
      `Revoked: its session was ended at ${text(v, 'ended_at')} by ${text(v, 'ended_by')} (${text(v, 'reason')}).`,
    'session-expired': (v) => `Over: its session reached its end at ${text(v, 'expired_at')}.`,
    'session-idle': (v) => `Over: its session was not used since ${text(v, 'idle_since')}.`,
    'account-disabled': () => 'Refused: its account is disabled.',
    'family-unknown': () => 'Revoked: its refresh family is gone.',
    'token-superseded': () => 'Over: it was replaced by more than one refresh since.',
    'refresh-old': () => 'Used: it was rotated away. Shown to the server, it would end its session.',
    'api-key-unknown': () => 'Revoked: there is no such API key any more.',
    'client-unknown': () => 'Revoked: its client is gone.',
    'client-disabled': () => 'Refused: its client is disabled.',
    'token-unknown': () => 'Revoked: there is no such token any more.',
    'other-carrier': () => 'Refused: it was made for another carrier.',
    expired: () => 'Over: its time has passed.',
  },
  de: {
    'session-unknown': () =>
      'Widerrufen: Die Sitzung gibt es nicht mehr, sie wurde aufgeräumt oder das Konto gelöscht.',
    'session-ended': (v) =>
      `Widerrufen: Die Sitzung wurde beendet, ${text(v, 'ended_at')}, von ${text(v, 'ended_by')} (${text(v, 'reason')}).`,
    'session-expired': (v) => `Vorbei: Die Sitzung war am Ende, ${text(v, 'expired_at')}.`,
    'session-idle': (v) => `Vorbei: Die Sitzung wurde nicht benutzt seit ${text(v, 'idle_since')}.`,
    'account-disabled': () => 'Abgelehnt: Das Konto ist gesperrt.',
    'family-unknown': () => 'Widerrufen: Die Refresh-Familie gibt es nicht mehr.',
    'token-superseded': () => 'Vorbei: Seitdem wurde mehr als einmal erneuert.',
    'refresh-old': () => 'Benutzt: Es wurde abgelöst. Dem Server gezeigt, würde es die Sitzung beenden.',
    'api-key-unknown': () => 'Widerrufen: Diesen API-Schlüssel gibt es nicht mehr.',
    'client-unknown': () => 'Widerrufen: Den Client gibt es nicht mehr.',
    'client-disabled': () => 'Abgelehnt: Der Client ist gesperrt.',
    'token-unknown': () => 'Widerrufen: Dieses Token gibt es nicht mehr.',
    'other-carrier': () => 'Abgelehnt: Es ist für einen anderen Träger gemacht.',
    expired: () => 'Vorbei: Seine Zeit ist um.',
  },
  ar: {
    'session-unknown': () => 'ملغى: جلسته لم تعد موجودة، أُزيلت أو حُذف حسابها.',
    'session-ended': (v) =>
      `ملغى: أُنهيت جلسته في ${isolated(text(v, 'ended_at'))} بواسطة ${isolated(text(v, 'ended_by'))} (${isolated(text(v, 'reason'))}).`,
    'session-expired': (v) => `انتهى: بلغت جلسته نهايتها في ${isolated(text(v, 'expired_at'))}.`,
    'session-idle': (v) => `انتهى: لم تُستخدم جلسته منذ ${isolated(text(v, 'idle_since'))}.`,
    'account-disabled': () => 'مرفوض: حسابه معطل.',
    'family-unknown': () => 'ملغى: عائلة التجديد لم تعد موجودة.',
    'token-superseded': () => 'انتهى: جُدّد أكثر من مرة بعده.',
    'refresh-old': () => 'مستخدم: حل غيره محله. لو عُرض على الخادم لأنهى جلسته.',
    'api-key-unknown': () => 'ملغى: لم يعد مفتاح API هذا موجودًا.',
    'client-unknown': () => 'ملغى: تطبيقه لم يعد موجودًا.',
    'client-disabled': () => 'مرفوض: تطبيقه معطل.',
    'token-unknown': () => 'ملغى: لم يعد هذا الرمز موجودًا.',
    'other-carrier': () => 'مرفوض: صُنع لحامل آخر.',
    expired: () => 'انتهى: مضى وقته.',
  },
});

const otherwise = translated<(check: string) => string>({
  en: (check) => `Refused by the check "${check}".`,
  de: (check) => `Abgelehnt von der Prüfung "${check}".`,
  ar: (check) => `رفضه التحقق "${isolated(check)}".`,
});

/** Why it does not live. */
export function refusalSentence(language: Language, values: FindingValues): string {
  const why = text(values, 'why');
  const known = reasons[language];
  return (Object.hasOwn(known, why) ? known[why]?.(values) : undefined) ?? otherwise[language](why);
}
