/** What the tests use of express-openid-connect, whose own types bring those of browsers along. */
import type { RequestHandler } from 'express';
import type session from 'express-session';

interface RequestContext {
  isAuthenticated(): boolean;
  readonly accessToken?: {
    readonly access_token: string;
    refresh(): Promise<{ readonly access_token: string }>;
  };
  fetchUserInfo(): Promise<{ readonly sub: string; readonly [claim: string]: unknown }>;
}

interface ResponseContext {
  login(options: { readonly returnTo: string }): Promise<void>;
}

declare global {
  namespace Express {
    interface Request {
      readonly oidc: RequestContext;
    }
    interface Response {
      readonly oidc: ResponseContext;
    }
  }
}

export interface ConfigParams {
  readonly issuerBaseURL: string;
  readonly baseURL: string;
  readonly clientID: string;
  readonly clientSecret: string;
  readonly secret: string;
  readonly authorizationParams: { readonly response_type: 'code'; readonly scope: string };
  readonly authRequired: boolean;
  readonly pushedAuthorizationRequests: boolean;
  readonly idpLogout: boolean;
  readonly routes: { readonly postLogoutRedirect: string };
  readonly backchannelLogout: { readonly store: session.MemoryStore };
}

export function auth(params: ConfigParams): RequestHandler;
