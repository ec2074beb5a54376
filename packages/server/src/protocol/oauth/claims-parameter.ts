/**
 * The `claims` parameter (OpenID Connect Core §5.5): single claims that a client asks for, by the place where it wants
 * them. What cannot be given is left out, essential or not; asking is never an error.
 */

import { JsonFault, type JsonValue, parseJson } from '../json.ts';
import { isPlainText } from '../text.ts';
import { OAuthFault } from './error.ts';

/** One claim that is asked for (OpenID Connect Core §5.5.1). */
export interface ClaimRequest {
  readonly name: string;
  readonly essential: boolean;
  /** The values that would do, the best first; none when any would. */
  readonly values: readonly JsonValue[];
}

/** The claims that are asked for, by where they are wanted. */
export interface ClaimsRequest {
  readonly userinfo: readonly ClaimRequest[];
  readonly idToken: readonly ClaimRequest[];
}

const maxClaims = 100;
const longestName = 100;

/**
 * The claims in a `claims` parameter, or undefined when nothing was sent. Members that the standard does not name are
 * ignored (§5.5). Throws `invalid_request` for what is not strict JSON, is not shaped as §5.5 says, has both `value` and
 * `values`, or asks for more than 100 claims in one place.
 */
export function parseClaims(text: string | undefined): ClaimsRequest | undefined {
  if (text === undefined) return undefined;
  const request = parseText(text);
  if (!isObject(request)) throw badClaims();
  return { userinfo: claimsAt(request['userinfo']), idToken: claimsAt(request['id_token']) };
}

function parseText(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof JsonFault) throw badClaims();
    throw error;
  }
}

function claimsAt(place: JsonValue | undefined): readonly ClaimRequest[] {
  if (place === undefined || place === null) return [];
  if (!isObject(place)) throw badClaims();
  const claims = Object.entries(place);
  if (claims.length > maxClaims) throw badClaims();
  return claims.map(readClaim);
}

function readClaim([name, wish]: readonly [string, JsonValue]): ClaimRequest {
  if (name === '' || !isPlainText(name, longestName)) throw badClaims();
  if (wish === null) return { name, essential: false, values: [] };
  if (!isObject(wish)) throw badClaims();
  const { essential = false, value, values } = wish;
  if (typeof essential !== 'boolean' || (value !== undefined && values !== undefined)) throw badClaims();
  if (values === undefined) return { name, essential, values: value === undefined ? [] : [value] };
  if (!isList(values) || values.length === 0) throw badClaims();
  return { name, essential, values };
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const isObject = (value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const badClaims = (): OAuthFault =>
  new OAuthFault('invalid_request', 'The claims parameter is malformed.', { parameter: 'claims' });
