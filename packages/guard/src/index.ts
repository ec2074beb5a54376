/**
 * The public door of `@doorward/guard`: who is calling an API, by any credential of a Doorward server.
 *
 *     const api = guard({ issuer: 'https://id.example.com', audience: 'https://api.example.com' });
 *     const { principal, failure } = await api.verify(request, requireScope('orders:read'));
 */
export type { Algorithm } from './access-token.ts';
export type { GuardFailure, Verdict } from './answer.ts';
export type { Cancel, Clock, ManualClock } from './clock.ts';
export { manualClock } from './clock.ts';
export { type GuardFailureCode, guardFailures, type Refusal, refuse } from './failure.ts';
export { type Guard, guard } from './guard.ts';
export { type EmbeddedServer, GuardMisconfigured, type GuardOptions } from './options.ts';
export type { FeedState, FeedStatus, Fetch, GuardLine, KeyState, Log } from './ports.ts';
export type { CarrierName, Principal } from './principal.ts';
export type { GuardRequest } from './request.ts';
export { type Requirement, requireRecent, requireRole, requireScope } from './requirements.ts';
export type { GuardState } from './state.ts';
export type { OnFeedLoss } from './verify.ts';
