/** What the tests use of passport. */
import type { RequestHandler } from 'express';

declare global {
  namespace Express {
    interface Request {
      /** Who has signed in, as the application made them out. */
      readonly user?: unknown;
    }
  }
}

export interface Strategy {
  readonly name: string;
}

declare class Authenticator {
  use(strategy: Strategy): this;
  authenticate(strategy: string, options: { readonly session: boolean }): RequestHandler;
}

declare const passport: { readonly Authenticator: typeof Authenticator };

// oxlint-disable-next-line import/no-default-export -- the package has no other
export { passport as default };
