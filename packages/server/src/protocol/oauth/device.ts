/**
 * Devices without a browser (RFC 8628): what they ask, what they are told, and the code that a person types.
 */
import type { JsonObject } from './jws.ts';
import type { OAuthParameters } from './parameters.ts';
import { parseResources } from './resource.ts';
import { parseScope } from './scope.ts';

/** RFC 8628 §6.1: capital consonants, so that no word can be spelled and none is mistaken for a digit. */
export const userCodeAlphabet = 'BCDFGHJKLMNPQRSTVWXZ';

const codeLetters = 8;
/** The highest multiple of the alphabet's size in a byte: bytes from here on would make some letters likelier. */
const evenBytes = 240;

/**
 * A user code made from random bytes, such as `BCDF-GHJK` (RFC 8628 §6.1): 20^8 codes, each as likely. Undefined when
 * there are too few usable bytes; of 32, that happens less than once in 10^18 times.
 */
export function userCodeFrom(random: Uint8Array): string | undefined {
  const letters: string[] = [];
  for (const byte of random)
    if (byte < evenBytes) letters.push(userCodeAlphabet.charAt(byte % userCodeAlphabet.length));
  return letters.length < codeLetters ? undefined : inHalves(letters.slice(0, codeLetters).join(''));
}

const inHalves = (letters: string): string => `${letters.slice(0, 4)}-${letters.slice(4)}`;

/** Longer than any way to type a code. */
const longestTyped = 40;
const typedPattern = new RegExp(`^[${userCodeAlphabet}]{${codeLetters}}$`, 'i');

/**
 * The one spelling of a code that somebody typed, or undefined when it cannot be one. Case, spaces and dashes do not
 * count (RFC 8628 §6.1).
 */
export function normalizeUserCode(typed: string): string | undefined {
  if (typed.length > longestTyped) return undefined;
  const letters = typed.replaceAll(/[\s\p{Pd}]/gu, '');
  return typedPattern.test(letters) ? inHalves(letters.toUpperCase()) : undefined;
}

/** What a device asks for (RFC 8628 §3.1). */
export interface DeviceAuthorizationRequest {
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
}

/** Reads what a device asks for. Throws `invalid_scope` and `invalid_target` for a malformed scope or resource. */
export const parseDeviceAuthorization = ({
  values,
  resources,
}: OAuthParameters): DeviceAuthorizationRequest => ({
  scopes: parseScope(values.get('scope')),
  resources: parseResources(resources),
});

/** What a device is told. Times are in seconds. */
export interface DeviceAuthorizationParts {
  readonly deviceCode: string;
  readonly userCode: string;
  /** The page where the code is typed. */
  readonly verificationUri: string;
  readonly expiresIn: number;
  /** Between two polls. */
  readonly interval: number;
}

/** The answer to a device (RFC 8628 §3.2). */
export const deviceAuthorizationResponse = (parts: DeviceAuthorizationParts): JsonObject => ({
  device_code: parts.deviceCode,
  user_code: parts.userCode,
  verification_uri: parts.verificationUri,
  verification_uri_complete: `${parts.verificationUri}?user_code=${parts.userCode}`,
  expires_in: parts.expiresIn,
  interval: parts.interval,
});
