/** What the tests use of oidc-provider, which has no types of its own. */
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

export class Provider {
  constructor(issuer: string, configuration: object);
  callback(): (request: IncomingMessage, response: ServerResponse) => void;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>;
}
