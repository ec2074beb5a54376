/**
 * The public door of `doorward`: an authentication server inside your own program.
 *
 *     const doorward = await createDoorward({ dataFolder: './data', issuer: 'https://id.example.com' });
 *     const response = await doorward.fetch(request, { peer: socketAddress });
 */
export type { Clock, ManualClock } from './base/clock.ts';
export { manualClock } from './base/clock.ts';
export { Failure } from './base/failure.ts';
export type { Account, Role } from './domain/accounts/account.ts';
export type { Client } from './domain/clients/client.ts';
export type { ClientChange, ClientDraft } from './domain/clients/client-draft.ts';
export type { GivenClient } from './domain/clients/govern-clients.ts';
export { type FailureCode, failures } from './domain/failures.ts';
export type { ClaimsContext, CustomClaims } from './domain/oauth/custom-claims.ts';
export type { Ports } from './domain/ports.ts';
export type { Principal } from './domain/sessions/authenticate.ts';
export type { SignedIn } from './domain/sessions/complete-sign-in.ts';
export type { Session } from './domain/sessions/session.ts';
export type {
  Carrier,
  Delivery,
  Proof,
  Refusal,
  SessionCarrier,
  StartedSession,
  TokenAnswer,
  Wire,
} from './domain/tokens/carrier.ts';
export { createDoorward, type Doorward, type DoorwardOptions } from './program/create-doorward.ts';
