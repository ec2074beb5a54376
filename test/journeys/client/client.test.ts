import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Client, type ClientOptions, createClient } from '../../../packages/client/src/index.ts';
import { manualClock } from '../../../packages/server/src/base/clock.ts';
import { addTotp } from '../../kit/factors.ts';
import { type Serving, serveBrowsers, testStart } from '../../kit/serving.ts';
import { goodPassword, signIn, visit } from '../../kit/visitor.ts';
import { listening } from '../guard/listening.ts';
import { startStrictServer } from '../guard/strict-server.ts';
import { type CuttingProxy, startCuttingProxy } from './cutting-proxy.ts';

const claim = { identifier: 'ada@example.com', password: goodPassword };
const life = 300_000;
const hundred = <T>(work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 100 }, () => work()));

let serving: Serving;
let line: CuttingProxy;
const clients: Client[] = [];
beforeEach(async () => {
  serving = await serveBrowsers({ lightHashing: true });
  line = await startCuttingProxy(serving.origin);
  await make().signUp({ email: claim.identifier, name: 'Ada', password: goodPassword });
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await line.close();
  await serving.close();
});

function make(more: Partial<ClientOptions> = {}): Client {
  const client = createClient({ issuer: line.origin, clock: serving.clock, backoffSeconds: [0.25], ...more });
  clients.push(client);
  return client;
}

async function signedIn(more: Partial<ClientOptions> = {}): Promise<Client> {
  const client = make(more);
  await client.signIn(claim);
  return client;
}

const api = (): string => `${line.origin}/api/v1/session`;
const refreshes = (): number => serving.seen.filter(({ route }) => route === '/api/v1/tokens/refresh').length;
const statusOf = async (client: Client): Promise<string> => (await client.session()).status;

/** Moves the clock on, a little at a time, until the work is done: pauses end, and the network has the time it needs. */
async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
  const state = { done: false };
  const end = (): void => {
    state.done = true;
  };
  work.then(end, end);
  while (!state.done) {
    serving.clock.advance(50);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return work;
}

test('an account with a second factor is told of by its own code, and opened by a code or a recovery code', async () => {
  const visitor = visit(serving);
  const { access } = await signIn(visitor, claim.identifier, { carrier: 'opaque' });
  const owner = {
    ask: (method: string, path: string, said = {}) => visitor.ask(method, path, { bearer: access, ...said }),
  };
  const totp = await addTotp(serving, owner);
  const client = make();
  await expect(client.signIn(claim)).rejects.toMatchObject({ code: 'second_factor_required', status: 401 });
  await expect(client.signIn({ ...claim, totp: totp.wrongCode() })).rejects.toMatchObject({
    code: 'second_factor_refused',
  });
  await client.signIn({ ...claim, totp: totp.code() });
  expect(await statusOf(client)).toBe('signed-in');
  await make().signIn({ ...claim, recoveryCode: totp.recoveryCodes[0] ?? '' });
});

describe.each(['jwt', 'opaque'] as const)('with tokens of the kind %s', (carrier) => {
  test('somebody signs in, calls an API past many ends of their tokens, and signs out', async () => {
    const client = await signedIn({ carrier, clientName: 'a journey' });
    const kinds = { jwt: /^ey/, opaque: /^dw_at_/ };
    expect(await client.token()).toMatch(kinds[carrier]);
    for (let hour = 0; hour < 3; hour++) {
      serving.clock.advance(life + 1000);
      const answer = await client.fetch(api());
      expect([answer.status, refreshes()]).toEqual([200, hour + 1]);
      expect(await answer.json()).toMatchObject({ session: { carrier, client_name: 'a journey' } });
    }
    const token = await client.token();
    expect(await client.signOut()).toEqual({ ended: true, failure: undefined });
    const old = await fetch(api(), { headers: { authorization: `Bearer ${token}` } });
    expect(old.status).toBe(401);
    await expect(client.fetch(api())).rejects.toMatchObject({ code: 'signed_out' });
  });

  test('TOK-23: a hundred requests at the moment of expiry cause one refresh, and all are answered 200', async () => {
    const client = await signedIn({ carrier });
    serving.clock.advance(life);
    const answers = await hundred(() => client.fetch(api()));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 200));
    expect(refreshes()).toBe(1);
  });

  test('a session that was ended elsewhere: the client refreshes once, is refused and drops the tokens', async () => {
    const [client, other] = [await signedIn({ carrier }), await signedIn({ carrier })];
    const sessions = `${line.origin}/api/v1/account/sessions`;
    expect((await other.fetch(sessions, { method: 'DELETE' })).status).toBe(200);
    serving.clock.advance(life);
    const refused = await Promise.allSettled(Array.from({ length: 20 }, () => client.fetch(api())));
    for (const one of refused)
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'signed_out' } });
    expect(await client.session()).toMatchObject({
      status: 'signed-out',
      failure: { cause: { code: 'refresh_refused', decision: expect.stringMatching(/^dw_why_/) } },
    });
    expect(refreshes()).toBe(1);
    expect(await statusOf(other)).toBe('signed-in');
  });
});

test('P: a token that looks alive and is refused leads to one refresh and one repetition', async () => {
  // The client's clock stands: what has ended for the server is alive for the client.
  const clock = manualClock(testStart);
  const client = await signedIn({ clock });
  serving.clock.advance(2 * life);
  const answers = await hundred(() => client.fetch(api()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(refreshes()).toBe(1);
});

test('a lost answer is asked for again inside the window: the session goes on with one successor', async () => {
  const client = await signedIn();
  serving.clock.advance(life);
  line.line = { loses: '/api/v1/tokens/refresh' };
  const work = whileTimePasses(hundred(() => client.token()));
  while (line.lost() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  line.line = 'whole';
  expect(new Set(await work).size).toBe(1);
  expect(refreshes()).toBe(2);
  expect((await client.fetch(api())).status).toBe(200);
});

test('a server that is away makes the client offline; once it is back the client is signed in by itself', async () => {
  const client = await signedIn();
  const told: string[] = [];
  client.onChange(({ status }) => told.push(status));
  serving.clock.advance(life);
  line.line = 'dead';
  await expect(whileTimePasses(client.fetch(api()))).rejects.toMatchObject({ code: 'server_unreachable' });
  expect(await statusOf(client)).toBe('offline');
  line.line = 'whole';
  const back = new Promise<void>((resolve) => {
    client.onChange(({ status }) => status === 'signed-in' && resolve());
  });
  await whileTimePasses(back);
  expect(told.at(-1)).toBe('signed-in');
  expect((await client.fetch(api())).status).toBe(200);
});

test('a sign-out while the server is away forgets the tokens here, and says that the session may live on', async () => {
  const client = await signedIn();
  line.line = 'dead';
  expect(await client.signOut()).toMatchObject({ ended: false, failure: { code: 'server_unreachable' } });
  expect(await statusOf(client)).toBe('signed-out');
});

test('refusals of the server pass through with what they say', async () => {
  const client = make();
  const draft = { email: claim.identifier, password: goodPassword };
  await expect(client.signUp(draft)).rejects.toMatchObject({ code: 'identifier_taken', status: 409 });
  await expect(client.signUp({ email: 'no', password: goodPassword })).rejects.toMatchObject({
    code: 'input_invalid',
    fields: [{ field: 'email' }],
  });
  const wrong = { ...claim, password: 'wrong' };
  await expect(client.signIn(wrong)).rejects.toMatchObject({ code: 'sign_in_refused', status: 401 });
});

test('TOK-23: at a server that rotates strictly a hundred callers at expiry refresh once, and all are answered 200', async () => {
  const strict = await startStrictServer();
  try {
    const client = await signedIn({ issuer: strict.origin });
    for (let time = 1; time <= 3; time++) {
      serving.clock.advance(life);
      const answers = await hundred(() => client.fetch(`${strict.origin}/things`));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      expect(strict.refreshes()).toBe(time);
    }
  } finally {
    await strict.close();
  }
});

test('the token does not follow a redirect to another origin, and no redirect leads sign-ins and refreshes away', async () => {
  const heard: (string | undefined)[] = [];
  const stranger = await listening(
    createServer(({ headers }, response) => {
      heard.push(headers.authorization);
      response.end();
    }),
  );
  const leading = await listening(
    createServer((_request, response) => response.writeHead(307, { location: stranger.origin }).end()),
  );
  try {
    const client = await signedIn({ origins: [leading.origin] });
    expect((await client.fetch(leading.origin)).status).toBe(200);
    expect(heard).toEqual([undefined]);
    await expect(make({ issuer: leading.origin }).signIn(claim)).rejects.toMatchObject({
      code: 'answer_malformed',
    });
    expect(heard).toHaveLength(1);
  } finally {
    await Promise.all([stranger.close(), leading.close()]);
  }
});
