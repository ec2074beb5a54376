/** What tests and benches use of oidc-provider, which has no types of its own. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface GrantContext {
  readonly oidc: {
    readonly provider: {
      readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> };
    };
    readonly session: { readonly accountId: string };
    readonly client: { readonly clientId: string };
  };
}

/** What somebody has allowed a client. */
export interface Grant {
  addOIDCScope(scope: string): void;
  addResourceScope(resource: string, scope: string): void;
  save(): Promise<string>;
}

export class Provider {
  constructor(issuer: string, configuration: object);
  readonly Client: { find(id: string): Promise<object | undefined> };
  readonly Grant: new (
    of: object,
  ) => Grant;
  readonly AuthorizationCode: new (
    of: object,
  ) => { save(): Promise<string> };
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
}
