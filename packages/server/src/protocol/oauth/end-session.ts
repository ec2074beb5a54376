/**
 * Requests of a client to end the session (OpenID Connect RP-Initiated Logout §2, §3). Nobody is sent away to an address
 * that is not registered for a client which is proven or at least named.
 */
import { withFields } from './authorization-response.ts';
import { OAuthFault } from './error.ts';
import type { OAuthParameters } from './parameters.ts';
import { type ApplicationType, isRegisteredUri } from './redirect-uri.ts';

/** What is asked. */
export interface EndSessionRequest {
  /** An ID token of ours, its signature not checked. */
  readonly idTokenHint: string | undefined;
  readonly clientId: string | undefined;
  readonly postLogoutRedirectUri: string | undefined;
  readonly state: string | undefined;
  /** Language tags with spaces between them, the best first. */
  readonly uiLocales: string | undefined;
}

/** Reads a request to end the session (RP-Initiated Logout §2). Never throws. */
export const parseEndSession = ({ values }: OAuthParameters): EndSessionRequest => ({
  idTokenHint: values.get('id_token_hint'),
  clientId: values.get('client_id'),
  postLogoutRedirectUri: values.get('post_logout_redirect_uri'),
  state: values.get('state'),
  uiLocales: values.get('ui_locales'),
});

/**
 * The client that asks: the one of the hint, or the one it names. Undefined when it names none. Throws `invalid_request`
 * when the two differ (RP-Initiated Logout §2).
 */
export function endSessionClient(request: EndSessionRequest, hinted: string | undefined): string | undefined {
  if (hinted !== undefined && request.clientId !== undefined && hinted !== request.clientId)
    throw new OAuthFault('invalid_request', 'The client is not the one of the ID token hint.', {
      parameter: 'client_id',
    });
  return hinted ?? request.clientId;
}

/** What is known of the client that asks. */
export interface EndSessionContext {
  readonly registered: readonly string[];
  readonly application: ApplicationType;
}

/**
 * Where the person goes afterwards, with the state added; undefined when the request names no address. Throws
 * `invalid_request` when it names one without a client, or one that is not registered (RP-Initiated Logout §3).
 */
export function postLogoutLocation(
  { postLogoutRedirectUri: given, state }: EndSessionRequest,
  client: EndSessionContext | undefined,
): string | undefined {
  if (given === undefined) return undefined;
  const { registered = [], application = 'web' } = client ?? {};
  if (!registered.some((uri) => isRegisteredUri({ given, registered: uri, application })))
    throw new OAuthFault(
      'invalid_request',
      'The address to go to afterwards is not registered for this client.',
      {
        parameter: 'post_logout_redirect_uri',
      },
    );
  return withFields(given, state === undefined ? [] : [['state', state]]);
}
