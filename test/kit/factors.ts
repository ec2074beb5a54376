/**
 * Factors of the people in tests: an authenticator that reads the server's clock, and the calls that add and show it.
 */
import { totpCode, totpStep } from '../../packages/server/src/protocol/totp.ts';
import type { Serving } from './serving.ts';
import { type Answer, goodPassword, type Visitor } from './visitor.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of base32 (RFC 4648 §6), as an authenticator reads them. */
function fromBase32(text: string): Uint8Array {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, at) =>
    Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2),
  );
}

/** An authenticator with one secret. */
export interface Authenticator {
  /** What it shows now, or `steps` of thirty seconds away from now. */
  code(steps?: number): string;
  /** A code that is none of those that a server takes now; another one for another `turn`. */
  wrongCode(turn?: number): string;
  /** The codes that came with it; none where they were there before. */
  readonly recoveryCodes: readonly string[];
}

/** An authenticator for a secret in base32, by the clock of a server. */
export const authenticator = (
  { clock }: Pick<Serving, 'clock'>,
  secret: string,
  recoveryCodes: readonly string[] = [],
): Authenticator => {
  const code = (steps = 0): string => totpCode(fromBase32(secret), totpStep(clock.now()) + steps);
  return {
    code,
    wrongCode: (turn = 0) => {
      const wrong = String(turn).padStart(6, '0');
      return [-1, 0, 1].map(code).includes(wrong) ? '999999' : wrong;
    },
    recoveryCodes,
  };
};

/** Adds an authenticator to whoever asks, and waits until its first code is one of the past. */
export async function addTotp(serving: Serving, owner: Pick<Visitor, 'ask'>): Promise<Authenticator> {
  const begun = await owner.ask('POST', '/api/v1/account/factors/totp');
  if (begun.status !== 201) throw new Error(`begin answered ${begun.status}: ${begun.text}`);
  const made = authenticator(serving, String(begun.json['secret']));
  const body = { enrolment: begun.json['enrolment'], code: made.code() };
  const confirmed = await owner.ask('PUT', '/api/v1/account/factors/totp', { body });
  if (confirmed.status !== 200) throw new Error(`confirm answered ${confirmed.status}: ${confirmed.text}`);
  const codes = confirmed.json['recovery_codes'];
  serving.clock.advance(60_000);
  return { ...made, recoveryCodes: Array.isArray(codes) ? codes.map(String) : [] };
}

/** Tries to sign in with a password and whatever is given beside it. */
export const trySignIn = (
  visitor: Pick<Visitor, 'ask'>,
  identifier: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Answer> =>
  visitor.ask('POST', '/api/v1/sessions', { body: { identifier, password: goodPassword, ...more } });

/** Proves a session again. */
export const prove = (
  visitor: Pick<Visitor, 'ask'>,
  body: Readonly<Record<string, unknown>>,
): Promise<Answer> => visitor.ask('POST', '/api/v1/session/proof', { body });

/** What a session states that it was proven by. */
export const amrIn = ({ json }: Answer): unknown => {
  const { session } = json as { session?: { amr?: unknown } };
  return session?.amr;
};
