/** What the five systems share: the plumbing of a small HTTP program, so that each of them is only what it teaches. */
export { type Fields, readForm, readFormOrJson, readJson, textOf } from './body.ts';
export { openDatabase } from './database.ts';
export { proofOf } from './live.ts';
export { Refused, refusing } from './refused.ts';
export { createRoutes, errorJson, type Fetch, type Handler } from './routes.ts';
export { findSecret, requireSecret } from './secret.ts';
export { type Program, type System, serve } from './serve.ts';
export { CannotStart, type Environment, numberFrom } from './start.ts';
export { networkOf, wireOf } from './wire.ts';
