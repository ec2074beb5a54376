/**
 * By what a client shows who it is (RFC 6749 §2.3, RFC 7523 §2.2): exactly one method a request. It says what was
 * presented, never whether it is good; the public sentence is one for all faults.
 */
import { Secret } from '../../base/secret.ts';
import { parseAuthorization } from '../authorization-header.ts';
import { decodeFormText, FormFault } from '../form.ts';
import { assertionType, type ClientAssertion, readAssertion } from './client-assertion.ts';
import { OAuthFault } from './error.ts';
import type { OAuthParameters } from './parameters.ts';

/** The methods that we take (OpenID Connect Core §9). */
export const clientAuthMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
] as const;

/** One method. */
export type ClientAuthMethod = (typeof clientAuthMethods)[number];

/** What a client presented. */
export type ClientCredential =
  | { readonly method: 'none'; readonly clientId: string }
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post';
      readonly clientId: string;
      readonly secret: Secret;
    }
  | { readonly method: 'private_key_jwt'; readonly clientId: string; readonly assertion: ClientAssertion };

/** Where a credential may stand. The parameters are those of the body: a query holds none (RFC 6749 §2.3.1). */
export interface CredentialPlaces {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  readonly parameters: OAuthParameters;
}

/**
 * The one credential of a request. Throws `invalid_client` when there is none, when there are several, when one is
 * malformed, and when a `client_id` beside it names another client (RFC 6749 §2.3, RFC 7521 §4.2).
 */
export function parseClientCredential({
  authorization,
  parameters: { values },
}: CredentialPlaces): ClientCredential {
  const clientId = values.get('client_id');
  const secret = values.get('client_secret');
  const assertion = values.get('client_assertion');
  const assertionKind = values.get('client_assertion_type');
  const presented = [authorization, secret, assertion ?? assertionKind].filter((one) => one !== undefined);
  if (presented.length > 1) throw refused('several-methods');
  const credential =
    authorization !== undefined
      ? basic(authorization)
      : assertion !== undefined || assertionKind !== undefined
        ? signed(assertion, assertionKind)
        : inBody(clientId, secret);
  if (clientId !== undefined && clientId !== credential.clientId) throw refused('other-client');
  return credential;
}

function inBody(clientId: string | undefined, secret: string | undefined): ClientCredential {
  if (clientId === undefined) throw refused('no-client');
  return secret === undefined
    ? { method: 'none', clientId }
    : { method: 'client_secret_post', clientId, secret: new Secret(secret) };
}

/** RFC 6749 §2.3.1: both halves are encoded as in a form before they are joined by a colon. */
function basic(header: string): ClientCredential {
  const read = parseAuthorization(header);
  if (read?.scheme !== 'basic') throw refused('header-malformed');
  const clientId = formDecode(read.identifier);
  const secret = formDecode(read.password);
  if (clientId === '' || secret === '') throw refused('header-malformed');
  return { method: 'client_secret_basic', clientId, secret: new Secret(secret) };
}

function formDecode(text: string): string {
  if (/[&=]/.test(text)) throw refused('header-malformed');
  try {
    return decodeFormText(text, 0);
  } catch (error) {
    if (error instanceof FormFault) throw refused('header-malformed');
    throw error;
  }
}

function signed(assertion: string | undefined, kind: string | undefined): ClientCredential {
  if (assertion === undefined || kind !== assertionType) throw refused('assertion-type');
  const read = readAssertion(assertion);
  return { method: 'private_key_jwt', clientId: read.clientId, assertion: read };
}

const refused = (check: string): OAuthFault =>
  new OAuthFault('invalid_client', 'The client is not proven.', { check });
