/**
 * The scenarios. Each brings a set-up into a situation that users meet, throws a `Fault` when it does not come through as
 * it should, and otherwise tells what happened.
 */
import type { Client } from '../client.ts';
import { ClientFailure } from '../failure.ts';
import { Fault } from './pace.ts';
import { rehearsalIssuer, rest } from './rehearsal-server.ts';
import { life } from './session-rules.ts';
import type { Stage } from './stage.ts';

/** The name of a scenario. */
export type ScenarioName = 'tab-storm' | 'lost-reply' | 'slow-server' | 'clock-jump' | 'outage';

/** Plays with as many clients on one store, and tells what happened. */
type Scenario = (stage: Stage, clients: number) => Promise<string>;

const [second, hour] = [1000, 3_600_000];

/** All scenarios, in the order in which they are played. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  'tab-storm': tabStorm,
  'lost-reply': lostReply,
  'slow-server': slowServer,
  'clock-jump': clockJump,
  outage,
};

/** Fifty requests at the moment at which the token has ended, from all clients at once. */
async function tabStorm(stage: Stage, count: number): Promise<string> {
  const clients = await stage.signedIn(count);
  stage.sleep(life);
  const storm = Array.from({ length: 50 }, (_, i) => call(clients[i % count] ?? clients[0]));
  const statuses = await stage.during(Promise.all(storm));
  const refused = statuses.filter((status) => status !== 200).length;
  if (refused > 0) throw new Fault(`${refused} of 50 requests were refused.`);
  await expectUnity(stage, clients);
  const { refreshes } = stage.server.seen();
  if (refreshes !== 1) throw new Fault(`${refreshes} refreshes, and one is enough: ${lockAdvice}`);
  return `50 requests of ${count} clients whose token had ended: 1 refresh, and all were answered 200.`;
}

/** The server has rotated, and the client does not hear of it. */
async function lostReply(stage: Stage, count: number): Promise<string> {
  const [client] = await stage.signedIn(1);
  stage.server.spoil('lost');
  stage.sleep(life);
  await expectAnswers(stage, [client]);
  const { hasty, lostAt = 0, repeatedAt = 0 } = stage.server.seen();
  if (hasty > 0)
    throw new Fault(
      'A refresh was repeated before any time had passed: something below the client repeats requests by itself. Leave that to the client, which waits between repetitions and knows when one comes too late.',
    );
  await expectUnity(stage, [client], count);
  return `The reply to a refresh was lost. The client asked again after ${seconds(repeatedAt - lostAt)} and got the same tokens.`;
}

/** The server has rotated, and never answers. */
async function slowServer(stage: Stage, count: number): Promise<string> {
  const clients = await stage.signedIn(count);
  stage.server.spoil('silent');
  stage.sleep(life);
  const begun = stage.elapsed();
  await expectAnswers(stage, clients);
  await expectUnity(stage, clients);
  return `The server did not answer a refresh. The client gave it up, asked again, and went on within ${seconds(stage.elapsed() - begun)}.`;
}

/** The hour of the machine is set: a day on, a day back, and back by less than a token lives, which nobody can notice. */
async function clockJump(stage: Stage, count: number): Promise<string> {
  const [client] = await stage.signedIn(1);
  for (const jump of [24 * hour, -24 * hour]) {
    stage.jump(jump);
    await expectAnswers(stage, [client]);
  }
  stage.sleep(life - 60 * second);
  stage.jump(-200 * second);
  stage.sleep(90 * second);
  await expectAnswers(stage, [client]);
  const { refreshes } = stage.server.seen();
  if (refreshes > 4) throw new Fault(`${refreshes} refreshes after three jumps of the clock.`);
  await expectUnity(stage, [client], count);
  return `The clock was set three times: ${refreshes} refreshes, and nobody was locked out.`;
}

/** The server is there, and too busy to refresh: it says for how long. */
async function outage(stage: Stage, count: number): Promise<string> {
  const [client] = await stage.signedIn(1);
  stage.server.spoil('busy');
  stage.sleep(life);
  await stage.during(orAway(call(client)));
  await stage.pass(rest - second);
  const { early } = stage.server.seen();
  if (early > 0)
    throw new Fault(
      `The server asked to be left alone for ${seconds(rest)}, and was asked ${early} more times meanwhile: something below the client repeats requests by itself.`,
    );
  await stage.pass(rest);
  await expectAnswers(stage, [client]);
  await expectUnity(stage, [client], count);
  return `The server was busy for ${seconds(rest)}. It was left alone so long, the tokens were kept, and then the client went on.`;
}

const call = async (client: Client): Promise<number> => {
  const answer = await client.fetch(`${rehearsalIssuer}/api/v1/session`);
  await answer.text();
  return answer.status;
};

/** That the server is away may be said; anything else may not. */
const orAway = (work: Promise<number>): Promise<number | undefined> =>
  work.catch((thrown: unknown) => {
    if (thrown instanceof ClientFailure && thrown.code === 'server_unreachable') return undefined;
    throw thrown;
  });

/** A client may say once that the server is away; a minute later it must have come through. */
async function expectAnswers(stage: Stage, clients: readonly Client[]): Promise<void> {
  const ask = (): Promise<(number | undefined)[]> =>
    stage.during(Promise.all(clients.map((client) => orAway(call(client)))));
  let statuses = await ask();
  if (statuses.includes(undefined)) {
    await stage.pass(60 * second);
    statuses = await ask();
  }
  for (const status of statuses) {
    if (status === undefined)
      throw new Fault('A minute later the client still takes the server for unreachable.');
    if (status !== 200) throw new Fault(`A request was answered ${status}.`);
  }
}

/**
 * Whatever happened: refreshes went one at a time, the session lives, and all clients hold the tokens that the server gave
 * last, a client that is opened now too.
 */
async function expectUnity(stage: Stage, clients: readonly Client[], count = clients.length): Promise<void> {
  const { server } = stage;
  if (server.seen().refreshesAtOnce > 1)
    throw new Fault(`Two refreshes were under way at once: ${lockAdvice}`);
  const { refreshes } = server.seen();
  const others = count > clients.length ? [await stage.joined()] : [];
  const held = await stage.during(Promise.all([...clients, ...others].map((client) => client.token())));
  if (held.some((token) => token !== server.accessToken()) || server.seen().refreshes > refreshes)
    throw new Fault(
      'A client does not hold the tokens that came last: the store loses what is written, or mixes it up.',
    );
}

const lockAdvice =
  'whoever shares a store needs one lock for all (`lock`), and a fetch that ends when its `signal` says so.';

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
