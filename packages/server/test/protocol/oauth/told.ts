/**
 * What the tests of this folder share: the fault of a call as plain data, and parameters as a client writes them.
 */
import { OAuthFault } from '../../../src/protocol/oauth/error.ts';
import { type OAuthParameters, parseParameters } from '../../../src/protocol/oauth/parameters.ts';

/** The code of the fault that a call throws, and what it is about; 'nothing' when it throws none. */
export function faultOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (!(error instanceof OAuthFault)) throw error;
    return [error.error, error.parameter].filter(Boolean).join(' ');
  }
  return 'nothing';
}

/** The check that refused, for the operator. */
export function checkOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (!(error instanceof OAuthFault)) throw error;
    return error.check;
  }
  return undefined;
}

/** Parameters as a form spells them; a list is a parameter sent several times. */
export function parameters(fields: Readonly<Record<string, string | readonly string[]>>): OAuthParameters {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    for (const one of typeof value === 'string' ? [value] : value) form.append(name, one);
  return parseParameters(form.toString());
}

/** A compact JWS of these parts; its signature is not one. */
export function jwsOf(header: unknown, payload: unknown, signature = 'AAAA'): string {
  const part = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(payload)}.${signature}`;
}
