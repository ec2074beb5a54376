/**
 * @doorward/client/testing: plays what tabs, networks, servers and clocks do to a client against your own set-up, and has
 * the clock for tests of your own. Runs under any test runner, wherever the client runs.
 */
export { type ManualClock, manualClock } from './testing/manual-clock.ts';
export type { RequestCounts } from './testing/rehearsal-server.ts';
export {
  type RehearsalOptions,
  type RehearsalReport,
  type RehearsedScenario,
  rehearse,
} from './testing/rehearse.ts';
export type { ScenarioName } from './testing/scenarios.ts';
export type { MakeClient, RehearsalParts } from './testing/stage.ts';
