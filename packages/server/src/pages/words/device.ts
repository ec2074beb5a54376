import { html } from 'hono/html';
import { translated } from '../language.ts';
import type { Html } from '../layout.ts';

/** The pages of devices without a browser. */
export const deviceWords = translated({
  en: {
    title: 'Connect a device',
    notYet: 'Not yet: connect a device',
    showsCode: 'Your device shows a code of eight letters.',
    code: 'Code',
    codeHint: 'Capitals, spaces and dashes do not matter.',
    next: 'Continue',
    question: (client: Html) => html`Allow ${client} on your device?`,
    compare:
      'Allow it only if the device is with you and shows this very code. If somebody sent you the code or a link, refuse.',
    connectedTitle: 'Device connected',
    connected: 'Your device is connected',
    goesOn: (client: Html) => html`${client} goes on there in a few seconds. You can close this page.`,
    refusedTitle: 'Device refused',
    notConnected: 'Your device is not connected',
    wasRefused: (client: Html) => html`${client} was refused. You can close this page.`,
  },
  de: {
    title: 'Gerät verbinden',
    notYet: 'Noch nicht: Gerät verbinden',
    showsCode: 'Auf dem Gerät steht ein Code aus acht Buchstaben.',
    code: 'Code',
    codeHint: 'Großschreibung, Leerzeichen und Striche spielen keine Rolle.',
    next: 'Weiter',
    question: (client) => html`${client} auf deinem Gerät erlauben?`,
    compare:
      'Nur erlauben, wenn das Gerät bei dir ist und genau diesen Code zeigt. Wurde dir der Code oder ein Link geschickt: ablehnen.',
    connectedTitle: 'Gerät verbunden',
    connected: 'Dein Gerät ist verbunden',
    goesOn: (client) =>
      html`${client} macht dort in wenigen Sekunden weiter. Diese Seite kann geschlossen werden.`,
    refusedTitle: 'Gerät abgelehnt',
    notConnected: 'Dein Gerät ist nicht verbunden',
    wasRefused: (client) => html`${client} wurde abgelehnt. Diese Seite kann geschlossen werden.`,
  },
  ar: {
    title: 'توصيل جهاز',
    notYet: 'ليس بعد: توصيل جهاز',
    showsCode: 'يعرض جهازك رمزًا من ثمانية أحرف.',
    code: 'الرمز',
    codeHint: 'لا فرق بين الأحرف الكبيرة والصغيرة، ولا أهمية للمسافات والشرطات.',
    next: 'متابعة',
    question: (client) => html`هل تسمح لتطبيق ${client} على جهازك؟`,
    compare: 'لا تسمح إلا إذا كان الجهاز معك ويعرض هذا الرمز نفسه. إذا أرسل إليك أحد الرمز أو رابطًا فارفض.',
    connectedTitle: 'تم توصيل الجهاز',
    connected: 'جهازك متصل الآن',
    goesOn: (client) => html`يواصل ${client} العمل هناك خلال ثوانٍ. يمكنك إغلاق هذه الصفحة.`,
    refusedTitle: 'رُفض الجهاز',
    notConnected: 'جهازك غير متصل',
    wasRefused: (client) => html`رُفض ${client}. يمكنك إغلاق هذه الصفحة.`,
  },
});
