const words: Readonly<Record<string, string>> = {
  EAUTH: 'it refused the account and the password',
  EDNS: 'its name leads nowhere',
  ETIMEDOUT: 'it did not answer in time',
  ETLS: 'TLS with it did not succeed',
  ECONNECTION: 'it ended the connection',
  ESOCKET: 'the connection failed',
  EENVELOPE: 'it refused the sender or the recipient',
  EMESSAGE: 'it refused the message',
};

/**
 * A mail server did not take something. The message tells what happened in words of ours and by the codes of SMTP
 * (RFC 5321 §4.2): what the server says itself may quote addresses.
 */
export class SmtpRefusal extends Error {
  override readonly name = 'SmtpRefusal';
  /** It will not take it later either: it refused this recipient or this message for good (5yz). */
  readonly isFinal: boolean;

  constructor(thrown: unknown) {
    const { code, command, reply, cause } = factsOf(thrown);
    const known = words[code] ?? 'it did not take it';
    const more = [reply === 0 ? '' : String(reply), cause].filter(Boolean).join(', ');
    super(`${known}${more === '' ? '' : ` (${more})`}`, { cause: thrown });
    this.isFinal = reply >= 500 && (command === 'RCPT TO' || command === 'DATA');
  }
}

interface Facts {
  readonly code: string;
  /** What was being said. */
  readonly command: string;
  /** The reply code; 0 when there was none. */
  readonly reply: number;
  /** The code of the system or of OpenSSL. */
  readonly cause: string;
}

function factsOf(thrown: unknown): Facts {
  const fields: Record<string, unknown> = typeof thrown === 'object' && thrown !== null ? { ...thrown } : {};
  const textOf = (name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');
  const { responseCode: reply } = fields;
  return {
    code: textOf('code'),
    command: textOf('command'),
    reply: typeof reply === 'number' ? reply : 0,
    cause: textOf('originalCode'),
  };
}
