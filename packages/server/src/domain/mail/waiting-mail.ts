/** The waiting mail: a mail in the outbox. It is written in the transaction of what it tells of, and stays until it was sent or given up. */
import { utf8 } from '../../base/bytes.ts';
import type { Vault } from '../keys/vault.ts';
import type { Mail } from './mail.ts';

/** One line of the outbox. Times are milliseconds since 1970. */
export interface WaitingMail {
  /** UUIDv7. The mail's Message-ID is made of it (RFC 5322 §3.6.4), so that one that comes twice is known again. */
  readonly id: string;
  readonly kind: string;
  /** Whom it is about; empty when nobody has an account yet. */
  readonly accountId: string;
  /** The mail, sealed: it holds codes and links. */
  readonly sealed: Uint8Array;
  /** How often it was tried. */
  readonly attempts: number;
  /** When it is to be tried next; while a process tries, when another may. */
  readonly nextAt: number;
  readonly createdAt: number;
  /** From when on it is not worth sending. */
  readonly expiresAt: number;
}

/** Never due: mails of the developer's inbox are read, not sent. */
export const neverDue = Number.MAX_SAFE_INTEGER;

/** Seconds for which the developer's inbox keeps a mail. */
export const inboxSeconds = 7 * 24 * 3600;

const purpose = 'mail';

/** Seals a mail for its row. */
export const sealMail = (vault: Vault, id: string, mail: Mail): Uint8Array =>
  vault.seal(purpose, utf8(JSON.stringify(mail)), id);

/** The mail of a row; undefined when another master key has sealed it. */
export function openMail(vault: Vault, { id, sealed }: Pick<WaitingMail, 'id' | 'sealed'>): Mail | undefined {
  const opened = vault.open(purpose, sealed, id);
  if (!opened) return undefined;
  // It was a mail when it was sealed, and nobody else can seal one.
  const mail: Mail = JSON.parse(Buffer.from(opened).toString());
  return mail;
}
