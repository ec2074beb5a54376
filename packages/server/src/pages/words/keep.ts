import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The page that offers to keep an account. */
export const keepWords = translated({
  en: {
    title: 'Your account is closed',
    until: (day: Html) => html`It will be deleted on ${day}. Until then you can keep it.`,
    keep: 'Keep my account',
    otherwise: 'To let it go, close this page. Devices and applications stay signed out either way.',
  },
  de: {
    title: 'Das Konto ist geschlossen',
    until: (day) => html`Gelöscht wird es am ${day}. Bis dahin lässt es sich behalten.`,
    keep: 'Konto behalten',
    otherwise:
      'Soll es gelöscht werden: diese Seite schließen. Geräte und Anwendungen bleiben so oder so abgemeldet.',
  },
  ar: {
    title: 'حسابك مغلق',
    until: (day) => html`سيُحذف في ${day}. يمكنك الاحتفاظ به حتى ذلك الحين.`,
    keep: 'الاحتفاظ بحسابي',
    otherwise: 'إن أردت حذفه فأغلق هذه الصفحة. تبقى الأجهزة والتطبيقات مسجّلة الخروج في الحالتين.',
  },
});
