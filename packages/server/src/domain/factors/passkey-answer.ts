/**
 * What a browser brings back from an authenticator, as its `toJSON()` writes it (WebAuthn Level 3, §5.1), and what of it is
 * looked at before the library is: where it came from.
 */
import { fromBase64url } from '../../base/bytes.ts';
import { JsonFault, type JsonValue, parseJson } from '../../protocol/json.ts';
import { fail } from '../failures.ts';

/** The answer to a registration. All texts are base64url. */
export interface NewCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly attestationObject: string;
    readonly transports?: readonly string[] | undefined;
  };
}

/** The answer to a challenge. All texts are base64url. */
export interface ShownCredential {
  readonly id: string;
  readonly rawId: string;
  readonly type: 'public-key';
  readonly response: {
    readonly clientDataJSON: string;
    readonly authenticatorData: string;
    readonly signature: string;
    readonly userHandle?: string | undefined;
  };
}

/**
 * Throws `passkey_refused` for an answer that was made inside a frame of another site (§7.1 step 10, §7.2 step 14): we never
 * ask there.
 */
export function refuseFramed(clientData: string): void {
  const bytes = fromBase64url(clientData);
  const said = bytes && read(Buffer.from(bytes).toString());
  if (!said) throw refused('client-data-malformed');
  if ((said['crossOrigin'] ?? false) !== false || said['topOrigin'] !== undefined)
    throw refused('cross-origin');
}

function read(text: string): { readonly [name: string]: JsonValue } | undefined {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : undefined;
  } catch (thrown) {
    if (thrown instanceof JsonFault) return undefined;
    throw thrown;
  }
}

const isObject = (value: JsonValue): value is { readonly [name: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A passkey that was not accepted; `check` says why, for the operator alone. */
export const refused = (check: string, detail: Readonly<Record<string, string | number>> = {}) =>
  fail('passkey_refused', { detail: { check, ...detail } });
