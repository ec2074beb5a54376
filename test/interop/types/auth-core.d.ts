/** What the tests use of @auth/core, whose own types bring those of browsers along. */

export interface Provider {
  readonly id: string;
  readonly name: string;
  readonly type: 'oidc';
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly client: { readonly token_endpoint_auth_method: string };
  readonly checks: ('pkce' | 'state' | 'nonce')[];
  /** Whether the ID token alone says who somebody is. */
  readonly idToken: boolean;
}

export interface AuthConfig {
  readonly secret: string;
  readonly trustHost: boolean;
  readonly basePath: string;
  readonly logger: { error(fault: Error): void };
  readonly providers: Provider[];
}

export function Auth(request: Request, config: AuthConfig): Promise<Response>;
