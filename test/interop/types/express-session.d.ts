/** What the tests use of express-session. */
import type { RequestHandler } from 'express';

interface SessionOptions {
  readonly secret: string;
  readonly resave: boolean;
  readonly saveUninitialized: boolean;
}

declare function session(options: SessionOptions): RequestHandler;

declare namespace session {
  class MemoryStore {
    destroy(id: string, done: (fault?: unknown) => void): void;
  }
}

// oxlint-disable-next-line import/no-default-export -- the package has no other
export { session as default };
