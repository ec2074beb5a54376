/**
 * The mail: something that is told to a mailbox. A verb puts it into the outbox in the transaction of what it tells of;
 * words are found and the mail is sent later, by whoever claims it. Codes and links in it are secrets: the row is sealed.
 */

/** The languages that mails are written in (RFC 5646). */
export type MailLanguage = 'en' | 'de' | 'ar';

/** Proves the mailbox: the link is opened, or the code is typed where the mail was asked for. */
interface Proof {
  readonly link: string;
  readonly code: string;
  /** When both are over; milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Something that happened to an account, and where it is seen to. */
interface Happening {
  /** When; milliseconds since 1970. */
  readonly at: number;
  /** The network that it came from, as events name it. */
  readonly network: string;
  /** Where to look after the account's security. */
  readonly link: string;
}

/** What each kind of mail is told, beside the mailbox and the language. The one `link` of a mail is what it is opened for. */
export interface MailValues {
  /** Somebody signs up with this mailbox. */
  readonly 'sign-up': Proof;
  /** Somebody signed up with a mailbox that has an account; the link signs in. */
  readonly 'account-exists': { readonly link: string; readonly resetLink: string };
  /** Somebody asked for a code or a new password, and no account can be used by this mailbox; the link signs up. */
  readonly 'no-account': { readonly link: string };
  readonly 'sign-in': Proof;
  readonly 'password-reset': Proof;
  /** To the new mailbox: is it theirs? */
  readonly 'email-change': Proof;
  /** To the old mailbox; the link takes the change back. */
  readonly 'email-changed': Happening & { readonly email: string; readonly expiresAt: number };
  readonly invitation: { readonly link: string; readonly inviter: string; readonly expiresAt: number };
  readonly 'password-changed': Happening;
  readonly 'factor-added': Happening & FactorValues;
  readonly 'factor-removed': Happening & FactorValues;
  /** Somebody who governs accounts took every second factor and passkey away. */
  readonly 'factors-reset': Happening;
  /** A passkey was shown whose count went back: there may be a copy. It was refused. */
  readonly 'passkey-copied': Happening & Pick<FactorValues, 'name'>;
  readonly 'recovery-code-used': Happening & { readonly left: number };
  readonly 'recovery-codes-renewed': Happening;
  /** A sign-in from a device that the account was not used on before. */
  readonly 'new-device': Happening & { readonly device: string };
  /** The account goes at `closesAt` unless the link keeps it. */
  readonly 'account-closing': Happening & { readonly closesAt: number };
  readonly 'account-kept': Happening;
  readonly 'identity-linked': Happening & { readonly provider: string };
  readonly 'identity-unlinked': Happening & { readonly provider: string };
  /** The operator tries whether mail arrives. */
  readonly test: { readonly link: string };
}

interface FactorValues {
  readonly factor: 'passkey' | 'totp' | 'recovery-codes';
  /** The name that its owner gave it; empty when it has none. */
  readonly name: string;
}

/** What a mail is about. */
export type MailKind = keyof MailValues;

/** A mail of one kind. */
interface MailOf<Kind extends MailKind> {
  readonly kind: Kind;
  /** The mailbox, as `parseEmail` spells it. */
  readonly to: string;
  readonly language: MailLanguage;
  readonly values: MailValues[Kind];
}

/** A mail of any kind; `kind` tells the values. */
export type Mail = { readonly [Kind in MailKind]: MailOf<Kind> }[MailKind];

/** How a kind of mail is treated. */
export interface MailRule {
  /**
   * `asked`: strangers can cause it, by naming a mailbox. `told`: it follows a change of the account. They draw on budgets
   * of their own, so that nobody can silence a warning by asking for codes.
   */
  readonly cause: 'asked' | 'told';
  /** Seconds for which it is worth sending. */
  readonly seconds: number;
}

const minute = 60;
const day = 24 * 3600;
const notice: MailRule = { cause: 'told', seconds: 3 * day };

/** The kinds of mail. */
export const mailRules: Readonly<Record<MailKind, MailRule>> = {
  'sign-up': { cause: 'asked', seconds: 10 * minute },
  'account-exists': { cause: 'asked', seconds: 10 * minute },
  'no-account': { cause: 'asked', seconds: 10 * minute },
  'sign-in': { cause: 'asked', seconds: 10 * minute },
  'password-reset': { cause: 'asked', seconds: 30 * minute },
  'email-change': { cause: 'asked', seconds: 10 * minute },
  'email-changed': notice,
  invitation: { cause: 'asked', seconds: day },
  'password-changed': notice,
  'factor-added': notice,
  'factor-removed': notice,
  'factors-reset': notice,
  'passkey-copied': notice,
  'recovery-code-used': notice,
  'recovery-codes-renewed': notice,
  'new-device': notice,
  'account-closing': notice,
  'account-kept': notice,
  'identity-linked': notice,
  'identity-unlinked': notice,
  test: { cause: 'told', seconds: 10 * minute },
};

/** Whether a text names a kind of mail. */
export const isMailKind = (text: string): text is MailKind => Object.hasOwn(mailRules, text);

/** How mails leave: by a server of the operator's, into the inbox of a developer, or not at all. */
export type MailWay = 'smtp' | 'inbox' | 'off';
