/** Plays the scenarios, one after the other, and reports in plain words. */
import { ClientFailure } from '../failure.ts';
import { Fault } from './pace.ts';
import type { RequestCounts } from './rehearsal-server.ts';
import { type ScenarioName, scenarios } from './scenarios.ts';
import { predecessorWindow } from './session-rules.ts';
import { type MakeClient, type Stage, stageFor } from './stage.ts';

/** What a rehearsal takes. */
export interface RehearsalOptions {
  /**
   * Your set-up: makes a client as your program does, with the parts of the rehearsal in the place of its own. What is in
   * its store is overwritten, so give it one that holds nothing.
   */
  readonly createClient: MakeClient;
  /** How many clients share the store, as tabs or processes do; 3 unless given, and 1 where each has a store of its own. */
  readonly clients?: number;
  /** All of them unless given. */
  readonly scenarios?: readonly ScenarioName[];
}

/** How one scenario went. */
export interface RehearsedScenario {
  readonly name: ScenarioName;
  readonly passed: boolean;
  /** What happened, or what went wrong and where to look. */
  readonly story: string;
  /** What arrived at the server. */
  readonly requests: RequestCounts;
}

/** How a rehearsal went. */
export interface RehearsalReport {
  /** Whether every scenario passed. */
  readonly passed: boolean;
  readonly scenarios: readonly RehearsedScenario[];
  /** All of it, a line for each scenario. */
  readonly text: string;
}

/**
 * Plays a tab storm, a lost reply, a slow server, a clock that jumps and an outage against your set-up. Nothing leaves the
 * program: the server is scripted, and time passes for the clients alone. The clients are in one program, so a lock between
 * real tabs or processes is not put to the proof. Throws nothing: whatever your set-up throws is in the report.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const { createClient, clients = 3 } = options;
  const names = options.scenarios ?? (Object.keys(scenarios) as ScenarioName[]);
  const played: RehearsedScenario[] = [];
  for (const name of names) played.push(await play(stageFor(createClient), name, clients));
  const text = played.map(({ passed, ...one }) => `${passed ? 'ok  ' : 'FAIL'}  ${one.name}: ${one.story}`);
  return { passed: played.every(({ passed }) => passed), scenarios: played, text: text.join('\n') };
}

async function play(stage: Stage, name: ScenarioName, clients: number): Promise<RehearsedScenario> {
  let passed = true;
  let story = '';
  const fail = (thrown: unknown): void => {
    story = storyOf(stage, thrown);
    passed = false;
  };
  try {
    story = await scenarios[name](stage, clients);
  } catch (thrown) {
    fail(thrown);
  }
  const { signIns, refreshes, calls } = stage.server.seen();
  try {
    await stage.close();
  } catch (thrown) {
    // What went wrong first is what counts.
    if (passed) fail(thrown);
  }
  return { name, passed, story, requests: { signIns, refreshes, calls } };
}

function storyOf({ server }: Stage, thrown: unknown): string {
  const late = server.reusedAfter();
  if (late !== undefined)
    return `The session has ended: a refresh token came again ${Math.round(late / 1000)} s after it was replaced, and a server keeps it for ${predecessorWindow / 1000} s. Either it was repeated too late (timeoutSeconds, backoffSeconds), or the store lost its successor.`;
  if (thrown instanceof Fault) return thrown.message;
  if (!(thrown instanceof ClientFailure)) return `The set-up threw: ${String(thrown)}`;
  const { code, cause } = thrown;
  return `A client threw ${code}${cause instanceof Error ? `: ${cause.message}` : ''}.`;
}
