/**
 * @doorward/client: signs in at a Doorward server and keeps the tokens fresh, in browsers, Node, Deno, Bun and Workers.
 * Stores on disk are at `@doorward/client/file`.
 */
export { type BrowserStoreOptions, browserStore } from './browser-store.ts';
export type {
  Account,
  AskedCode,
  Client,
  ClientOptions,
  CodeClaim,
  SessionState,
  SignedIn,
  SignedOut,
  SignInClaim,
  SignUpDraft,
  Tokens,
} from './client.ts';
export { type Cancel, type Clock, type RealWork, systemClock } from './clock.ts';
export { createClient } from './create-client.ts';
export {
  ClientFailure,
  type ClientFailureCode,
  type ClientFailureMore,
  type FieldFault,
  type OwnCode,
  type ServerCode,
} from './failure.ts';
export { type Lock, localLock, memoryStore, type TokenStore } from './store.ts';
