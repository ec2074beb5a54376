/**
 * Sentences about single fields, in the languages of the pages. English is what the checks themselves say; where a number
 * or a name stands in it, `{}` stands here.
 */
import type { Language } from '../language.ts';

/** Every sentence that a form of ours can meet: English, German, Arabic. */
const table: readonly (readonly [en: string, de: string, ar: string])[] = [
  ['This is missing.', 'Das fehlt.', 'هذا الحقل ناقص.'],
  ['This is not known here.', 'Das ist hier nicht bekannt.', 'هذا غير معروف هنا.'],
  ['This must be text.', 'Das muss Text sein.', 'يجب أن يكون هذا نصًّا.'],
  ['This is too long.', 'Das ist zu lang.', 'هذا طويل جدًّا.'],
  ['This is not an id.', 'Das ist keine Kennung.', 'هذا ليس معرّفًا.'],
  ['Give it a name.', 'Bitte einen Namen geben.', 'أعطه اسمًا.'],
  ['Name at least one scope.', 'Bitte mindestens eine Berechtigung nennen.', 'اذكر نطاقًا واحدًا على الأقل.'],
  ['Name at most {} scopes.', 'Bitte höchstens {} Berechtigungen nennen.', 'اذكر {} نطاقًا على الأكثر.'],
  [
    'This is not a scope such as reports:read.',
    'Das ist keine Berechtigung wie reports:read.',
    'هذا ليس نطاقًا مثل reports:read.',
  ],
  ['This must be yes.', 'Das muss „yes“ sein.', 'يجب أن يكون هذا «yes».'],
  ['This is no page of the account.', 'Das ist keine Seite des Kontos.', 'هذه ليست صفحة من صفحات الحساب.'],
  ['This is no ceremony.', 'Das gehört zu keinem Passkey-Vorgang.', 'هذا لا يخصّ عملية مفتاح مرور.'],
  ['This must be a list.', 'Das muss eine Liste sein.', 'يجب أن تكون هذه قائمة.'],
  ['This must be a number.', 'Das muss eine Zahl sein.', 'يجب أن يكون هذا رقمًا.'],
  ['This must be a whole number.', 'Das muss eine ganze Zahl sein.', 'يجب أن يكون هذا عددًا صحيحًا.'],
  ['This must be at least {}.', 'Das muss mindestens {} sein.', 'يجب ألا يقل هذا عن {}.'],
  ['This must be at most {}.', 'Das darf höchstens {} sein.', 'يجب ألا يزيد هذا على {}.'],
  [
    'An account holds at most {} API keys. End one first.',
    'Ein Konto hat höchstens {} API-Schlüssel. Bitte zuerst einen beenden.',
    'لا يملك الحساب أكثر من {} مفتاحًا. أنهِ واحدًا أولًا.',
  ],
  [
    'An e-mail address or a username must remain.',
    'Eine E-Mail-Adresse oder ein Benutzername muss bleiben.',
    'يجب أن يبقى عنوان بريد أو اسم مستخدم.',
  ],
  ['Give a password.', 'Bitte ein Passwort eingeben.', 'أدخل كلمة مرور.'],
  [
    'This may have at most {} characters.',
    'Hier sind höchstens {} Zeichen möglich.',
    'لا يجوز أن يتجاوز هذا {} حرفًا.',
  ],
  [
    'This must be visible text of at most {} characters.',
    'Das muss sichtbarer Text mit höchstens {} Zeichen sein.',
    'يجب أن يكون هذا نصًّا مرئيًّا لا يتجاوز {} حرفًا.',
  ],
  ['Use at least {} characters.', 'Bitte mindestens {} Zeichen verwenden.', 'الحد الأدنى لعدد الأحرف: {}.'],
  ['Use at most {} characters.', 'Bitte höchstens {} Zeichen verwenden.', 'استخدم {} حرفًا على الأكثر.'],
  [
    'This password contains characters that cannot be typed.',
    'Dieses Passwort enthält Zeichen, die sich nicht eingeben lassen.',
    'تحتوي كلمة المرور هذه على رموز لا يمكن كتابتها.',
  ],
  [
    'This password is used by many people and is among the first to be guessed.',
    'Dieses Passwort benutzen viele Menschen, und es wird mit als erstes geraten.',
    'كلمة المرور هذه يستخدمها كثيرون، وهي من أول ما يُجرَّب.',
  ],
  [
    'This password is too close to your name, your address or this service.',
    'Dieses Passwort ist dem eigenen Namen, der eigenen Adresse oder diesem Dienst zu ähnlich.',
    'كلمة المرور هذه قريبة جدًّا من اسمك أو عنوانك أو من اسم هذه الخدمة.',
  ],
  [
    'This is not an e-mail address of the form name@example.com.',
    'Das ist keine E-Mail-Adresse der Form name@example.com.',
    'هذا ليس عنوان بريد إلكتروني مثل name@example.com.',
  ],
  [
    'A username has 1 to 64 letters a–z, digits, dots, dashes and underscores, and begins and ends with a letter or digit.',
    'Ein Benutzername hat 1 bis 64 Buchstaben a–z, Ziffern, Punkte, Binde- und Unterstriche und beginnt und endet mit Buchstabe oder Ziffer.',
    'يتكوّن اسم المستخدم من 1 إلى 64 من الحروف a–z والأرقام والنقاط والشرطات، ويبدأ وينتهي بحرف أو رقم.',
  ],
  [
    'Give an e-mail address, a username, or both.',
    'Bitte eine E-Mail-Adresse, einen Benutzernamen oder beides angeben.',
    'أدخل عنوان بريد إلكتروني أو اسم مستخدم أو كليهما.',
  ],
  [
    'A code has eight letters, such as BCDF-GHJK.',
    'Ein Code hat acht Buchstaben, zum Beispiel BCDF-GHJK.',
    'يتكوّن الرمز من ثمانية أحرف، مثل BCDF-GHJK.',
  ],
  [
    'This must be a path of this server.',
    'Das muss ein Pfad dieses Servers sein.',
    'يجب أن يكون هذا مسارًا على هذا الخادم.',
  ],
  [
    'This must be allow, refuse or choose.',
    'Das muss allow, refuse oder choose sein.',
    'يجب أن يكون هذا allow أو refuse أو choose.',
  ],
  ['This must be allow or refuse.', 'Das muss allow oder refuse sein.', 'يجب أن يكون هذا allow أو refuse.'],
  ['This is none of the languages.', 'Das ist keine der Sprachen.', 'هذه ليست من اللغات المتاحة.'],
  ['The form has more than {} fields.', 'Das Formular hat mehr als {} Felder.', 'في النموذج أكثر من {} حقل.'],
  [
    'A field of the form has no name.',
    'Ein Feld des Formulars hat keinen Namen.',
    'أحد حقول النموذج بلا اسم.',
  ],
  ['The same name stands there twice.', 'Derselbe Name steht zweimal da.', 'يتكرر الاسم نفسه مرتين.'],
  [
    'A field of the form has a character that is not allowed.',
    'Ein Feld des Formulars hat ein Zeichen, das nicht erlaubt ist.',
    'في أحد حقول النموذج رمز غير مسموح به.',
  ],
  [
    'A field of the form is not encoded correctly.',
    'Ein Feld des Formulars ist nicht richtig kodiert.',
    'أحد حقول النموذج غير مرمّز ترميزًا صحيحًا.',
  ],
  ['The body is not whole.', 'Die Anfrage ist nicht vollständig.', 'الطلب غير مكتمل.'],
  ['The body is not UTF-8.', 'Die Anfrage ist kein UTF-8.', 'الطلب ليس بترميز UTF-8.'],
  ['No body is taken here.', 'Hier wird kein Inhalt angenommen.', 'لا يُقبل هنا أي محتوى.'],
];

/** A sentence about a field in a language; undefined for one that no form meets, which is for developers and English. */
export function faultSentence(language: Language, english: string): string | undefined {
  for (const [en, de, ar] of table) {
    const value = filling(en, english);
    if (value !== undefined) return { en: english, de, ar }[language].replace('{}', value);
  }
  return undefined;
}

/** What stands where a pattern has `{}`: empty for a pattern without one; undefined where the text is another sentence. */
function filling(pattern: string, text: string): string | undefined {
  const [start = '', end] = pattern.split('{}');
  if (end === undefined) return pattern === text ? '' : undefined;
  const fits = text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  return fits ? text.slice(start.length, text.length - end.length) : undefined;
}
