/** Findings about tokens in sentences. */
import type { FindingValues, InspectionCheck } from '../../domain/dev/finding.ts';
import { durationText, isolated, type Language, translated } from '../language.ts';

type Sentence = (values: FindingValues) => string;

const text = (values: FindingValues, name: string): string => String(values[name] ?? '');
/** Inside of Arabic. */
const piece = (values: FindingValues, name: string): string => {
  const value = text(values, name);
  return value === '' ? '' : isolated(value);
};
const seconds = (values: FindingValues): number => Number(values['seconds'] ?? 0);

/** How keys and accounts stand, where English has other words. */
const standing = translated<Readonly<Record<string, string>>>({
  en: {},
  de: { active: 'aktiv', next: 'der nächste', retired: 'abgelöst', disabled: 'gesperrt' },
  ar: { active: 'نشط', next: 'التالي', retired: 'متقاعد', disabled: 'معطّل' },
});

const state = (language: Language, values: FindingValues, name: string): string => {
  const known = text(values, name);
  return standing[language][known] ?? known;
};

/** A sentence for every check that an inspection makes, but for refusals. */
export const findingWords = translated<Readonly<Record<Exclude<InspectionCheck, 'refused'>, Sentence>>>({
  en: {
    'not-a-token': () =>
      'This is neither a JWT (three parts, with dots between them) nor a handle of ours (dw_…).',
    type: (v) => `Its type (typ) is ${text(v, 'value') || 'not given'}; access tokens are at+jwt.`,
    algorithm: (v) => `It names the algorithm (alg) ${text(v, 'value') || 'of none'}.`,
    'key-known': (v) => `The key (kid) ${text(v, 'kid')} is one of ours: ${text(v, 'state')}.`,
    'key-unknown': (v) => `The key (kid) ${text(v, 'kid') || 'is not named, and'} is none of ours.`,
    'signature-holds': () => 'The signature holds under that key.',
    'signature-fails': () => 'The signature does not hold: something was changed, or another key has signed.',
    'claims-unread': () => 'The claims are not a JSON object in base64url.',
    'issuer-ours': (v) => `Issuer (iss): ${text(v, 'value')}, this server.`,
    'issuer-other': (v) => `Issuer (iss): ${text(v, 'value') || 'none'}, not this server.`,
    'audience-ours': (v) => `Audience (aud): ${text(v, 'value')}, as set here.`,
    'audience-other': (v) =>
      `Audience (aud): ${text(v, 'value') || 'none'}; the APIs of this server are others.`,
    'expires-in': (v) => `It expires (exp) in ${durationText('en', seconds(v))}.`,
    'expired-since': (v) => `It expired (exp) ${durationText('en', seconds(v))} ago.`,
    'no-expiry': () => 'It says no end (exp).',
    'issued-ago': (v) => `It was issued (iat) ${durationText('en', seconds(v))} ago.`,
    'issued-ahead': (v) => `It is dated (iat) ${durationText('en', seconds(v))} in the future.`,
    'proven-ago': (v) => `Who it is was proven (auth_time) ${durationText('en', seconds(v))} ago.`,
    'subject-known': (v) => `Subject (sub): the account ${text(v, 'value')}, ${text(v, 'status')}.`,
    'subject-unknown': (v) => `Subject (sub): ${text(v, 'value') || 'none'}, no account here under that id.`,
    'session-named': (v) => `Session (sid): ${text(v, 'value')}.`,
    claim: (v) => `${text(v, 'name')}: ${text(v, 'value')}`,
    'handle-kind': (v) => `By its prefix it is a handle of the kind ${text(v, 'kind')}.`,
    'check-holds': (v) => `The check part holds: this server made it, for the row ${text(v, 'locator')}.`,
    'check-fails': (v) =>
      `The check part does not hold: it was cut (${text(v, 'length')} of ${text(v, 'wanted')} characters), changed, or made under another master key.`,
    'one-time': () => 'Whether it still lives is told only where it is used: asking could use it up.',
    'row-gone': () => 'No row takes it: it was used up, replaced, or its time is long over.',
    'row-other': () => 'Its row takes another one now: this one was replaced.',
    'row-used': () => 'It was used, and is good no more.',
    'row-over': (v) => `Its time was over ${durationText('en', seconds(v))} ago.`,
    'row-takes': () => 'Its row takes it, without an end.',
    'row-takes-for': (v) => `Its row takes it, for ${durationText('en', seconds(v))} more.`,
    live: (v) =>
      `It lives. Account ${text(v, 'account') || 'none'}, session ${text(v, 'session') || 'none'}${text(v, 'name') === '' ? '' : ` (${text(v, 'name')})`}.`,
  },
  de: {
    'not-a-token': () =>
      'Das ist weder ein JWT (drei Teile mit Punkten dazwischen) noch ein Handle von hier (dw_…).',
    type: (v) => `Der Typ (typ) ist ${text(v, 'value') || 'nicht angegeben'}; Zugriffstoken sind at+jwt.`,
    algorithm: (v) => `Es nennt das Verfahren (alg) ${text(v, 'value') || 'nicht'}.`,
    'key-known': (v) => `Der Schlüssel (kid) ${text(v, 'kid')} ist von hier: ${state('de', v, 'state')}.`,
    'key-unknown': (v) =>
      `Der Schlüssel (kid) ${text(v, 'kid') || 'ist nicht genannt und'} ist keiner von hier.`,
    'signature-holds': () => 'Die Signatur gilt unter diesem Schlüssel.',
    'signature-fails': () =>
      'Die Signatur gilt nicht: Etwas wurde geändert, oder ein anderer Schlüssel hat signiert.',
    'claims-unread': () => 'Die Aussagen sind kein JSON-Objekt in base64url.',
    'issuer-ours': (v) => `Aussteller (iss): ${text(v, 'value')}, dieser Server.`,
    'issuer-other': (v) => `Aussteller (iss): ${text(v, 'value') || 'keiner'}, nicht dieser Server.`,
    'audience-ours': (v) => `Empfänger (aud): ${text(v, 'value')}, wie hier eingestellt.`,
    'audience-other': (v) =>
      `Empfänger (aud): ${text(v, 'value') || 'keiner'}; die APIs dieses Servers sind andere.`,
    'expires-in': (v) => `Es läuft ab (exp) in ${durationText('de', seconds(v))}.`,
    'expired-since': (v) => `Es ist abgelaufen (exp), seit: ${durationText('de', seconds(v))}.`,
    'no-expiry': () => 'Es nennt kein Ende (exp).',
    'issued-ago': (v) => `Alter seit der Ausstellung (iat): ${durationText('de', seconds(v))}.`,
    'issued-ahead': (v) => `Sein Datum (iat) liegt ${durationText('de', seconds(v))} in der Zukunft.`,
    'proven-ago': (v) => `Letzter Nachweis der Person (auth_time), Alter: ${durationText('de', seconds(v))}.`,
    'subject-known': (v) => `Wer (sub): das Konto ${text(v, 'value')}, ${state('de', v, 'status')}.`,
    'subject-unknown': (v) => `Wer (sub): ${text(v, 'value') || 'niemand'}, hier kein Konto dieser Nummer.`,
    'session-named': (v) => `Sitzung (sid): ${text(v, 'value')}.`,
    claim: (v) => `${text(v, 'name')}: ${text(v, 'value')}`,
    'handle-kind': (v) => `Nach seinem Präfix ist es ein Handle der Art ${text(v, 'kind')}.`,
    'check-holds': (v) =>
      `Der Prüfteil gilt: Dieser Server hat es gemacht, für die Zeile ${text(v, 'locator')}.`,
    'check-fails': (v) =>
      `Der Prüfteil gilt nicht: abgeschnitten (${text(v, 'length')} von ${text(v, 'wanted')} Zeichen), geändert oder unter einem anderen Hauptschlüssel gemacht.`,
    'one-time': () => 'Ob es noch lebt, zeigt sich erst beim Benutzen: Fragen könnte es verbrauchen.',
    'row-gone': () =>
      'Keine Zeile nimmt es an: Es wurde aufgebraucht oder ersetzt, oder seine Zeit ist lange vorbei.',
    'row-other': () => 'Seine Zeile nimmt jetzt ein anderes an: Dieses wurde ersetzt.',
    'row-used': () => 'Es wurde benutzt und gilt nicht mehr.',
    'row-over': (v) => `Seine Zeit ist seit ${durationText('de', seconds(v))} vorbei.`,
    'row-takes': () => 'Seine Zeile nimmt es an, ohne Ende.',
    'row-takes-for': (v) => `Seine Zeile nimmt es noch ${durationText('de', seconds(v))} lang an.`,
    live: (v) =>
      `Es lebt. Konto ${text(v, 'account') || 'keines'}, Sitzung ${text(v, 'session') || 'keine'}${text(v, 'name') === '' ? '' : ` (${text(v, 'name')})`}.`,
  },
  ar: {
    'not-a-token': () => 'هذا ليس JWT (ثلاثة أجزاء بينها نقاط) ولا قيمة من هنا (dw_…).',
    type: (v) => `نوعه (typ) ${piece(v, 'value') || 'غير مذكور'}؛ رموز الوصول نوعها at+jwt.`,
    algorithm: (v) => `الخوارزمية (alg): ${piece(v, 'value') || 'غير مذكورة'}.`,
    'key-known': (v) => `المفتاح (kid) ${piece(v, 'kid')} من هنا: ${state('ar', v, 'state')}.`,
    'key-unknown': (v) => `المفتاح (kid) ${piece(v, 'kid') || 'غير مذكور'} ليس من هنا.`,
    'signature-holds': () => 'التوقيع صحيح بهذا المفتاح.',
    'signature-fails': () => 'التوقيع غير صحيح: تغيّر شيء، أو وقّع مفتاح آخر.',
    'claims-unread': () => 'الادعاءات ليست كائن JSON بترميز base64url.',
    'issuer-ours': (v) => `المُصدر (iss): ${piece(v, 'value')}، هذا الخادم.`,
    'issuer-other': (v) => `المُصدر (iss): ${piece(v, 'value') || 'لا أحد'}، ليس هذا الخادم.`,
    'audience-ours': (v) => `الجمهور (aud): ${piece(v, 'value')}، كما هو معيّن هنا.`,
    'audience-other': (v) => `الجمهور (aud): ${piece(v, 'value') || 'لا أحد'}؛ واجهات هذا الخادم غيره.`,
    'expires-in': (v) => `تنتهي صلاحيته (exp) بعد ${durationText('ar', seconds(v))}.`,
    'expired-since': (v) => `انتهت صلاحيته (exp) منذ ${durationText('ar', seconds(v))}.`,
    'no-expiry': () => 'لا يذكر نهاية (exp).',
    'issued-ago': (v) => `أُصدر (iat) منذ ${durationText('ar', seconds(v))}.`,
    'issued-ahead': (v) => `تاريخه (iat) في المستقبل بمقدار ${durationText('ar', seconds(v))}.`,
    'proven-ago': (v) => `أُثبتت الهوية (auth_time) منذ ${durationText('ar', seconds(v))}.`,
    'subject-known': (v) => `صاحبه (sub): الحساب ${piece(v, 'value')}، ${state('ar', v, 'status')}.`,
    'subject-unknown': (v) => `صاحبه (sub): ${piece(v, 'value') || 'لا أحد'}، لا حساب هنا بهذا المعرّف.`,
    'session-named': (v) => `الجلسة (sid): ${piece(v, 'value')}.`,
    claim: (v) => `${piece(v, 'name')}: ${piece(v, 'value')}`,
    'handle-kind': (v) => `حسب بادئته هو من نوع ${piece(v, 'kind')}.`,
    'check-holds': (v) => `جزء التحقق صحيح: صنعه هذا الخادم للسجل ${piece(v, 'locator')}.`,
    'check-fails': (v) =>
      `جزء التحقق غير صحيح: قُطع (${text(v, 'length')} من ${text(v, 'wanted')} حرفًا) أو غُيّر أو صُنع بمفتاح رئيسي آخر.`,
    'one-time': () => 'لا يُعرف هل ما زال حيًا إلا عند استخدامه: السؤال قد يستهلكه.',
    'row-gone': () => 'لا صف يقبله: استُنفد أو استُبدل أو انتهى وقته منذ زمن.',
    'row-other': () => 'صفه يقبل غيره الآن: لقد استُبدل.',
    'row-used': () => 'لقد استُخدم ولم يعد صالحًا.',
    'row-over': (v) => `انتهى وقته منذ ${durationText('ar', seconds(v))}.`,
    'row-takes': () => 'صفه يقبله بلا نهاية.',
    'row-takes-for': (v) => `صفه يقبله لمدة ${durationText('ar', seconds(v))} بعد.`,
    live: (v) =>
      `إنه حي. الحساب ${piece(v, 'account') || 'لا يوجد'}، الجلسة ${piece(v, 'session') || 'لا توجد'}${text(v, 'name') === '' ? '' : ` (${piece(v, 'name')})`}.`,
  },
});
