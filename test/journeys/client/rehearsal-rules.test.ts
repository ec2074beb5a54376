import { expect, test } from 'vitest';
import { rehearsalIssuer, rehearsalServer } from '../../../packages/client/src/testing/rehearsal-server.ts';
import { manualClock } from '../../../packages/client/src/testing.ts';
import { serveHandler } from '../../kit/serving.ts';
import { goodPassword, signUp, visit } from '../../kit/visitor.ts';

const email = 'ada@example.com';

/** A server, real or not, and its hour. */
interface Side {
  readonly origin: string;
  send(request: Request): Promise<Response>;
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

async function realSide(): Promise<Side> {
  const serving = await serveHandler({ lightHashing: true });
  await signUp(visit(serving), email);
  return { ...serving, pass: async (milliseconds) => serving.clock.advance(milliseconds) };
}

async function rehearsedSide(): Promise<Side> {
  const clock = manualClock();
  const server = rehearsalServer(clock);
  const pass = (milliseconds: number): Promise<void> => clock.advance(milliseconds);
  const send = async (request: Request): Promise<Response> => {
    const answer = server.fetch(request);
    await pass(100);
    return answer;
  };
  return { origin: rehearsalIssuer, send, pass, close: async () => server.hangUp() };
}

/** What a client may go by in an answer; tokens by the order in which they appear. */
interface Fact {
  readonly status: number;
  readonly type: string | undefined;
  readonly code: unknown;
  readonly refused: boolean;
  readonly token: number;
  readonly lives: readonly unknown[];
}

/** Somebody who asks a side, and notes what may be gone by. */
function asking(side: Side) {
  const facts: Fact[] = [];
  const tokens: unknown[] = [undefined];
  const ask = async (path: string, body?: object, bearer = 'none'): Promise<Record<string, string>> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
    const url = `${side.origin}/api/v1/${path}`;
    const answer = await side.send(
      body
        ? new Request(url, { method: 'POST', headers, body: JSON.stringify(body) })
        : new Request(url, { headers }),
    );
    const text = await answer.text();
    const said = (text === '' ? {} : JSON.parse(text)) as Record<string, string>;
    if (!tokens.includes(said['refresh_token'])) tokens.push(said['refresh_token']);
    facts.push({
      status: answer.status,
      type: answer.headers.get('content-type')?.split(';')[0],
      code: said['code'],
      refused: /Bearer .*error="invalid_token"/.test(answer.headers.get('www-authenticate') ?? ''),
      token: tokens.indexOf(said['refresh_token']),
      lives: [said['token_type'], typeof said['expires_in'], typeof said['refresh_expires_in']],
    });
    return said;
  };
  return {
    facts,
    signIn: () => ask('sessions', { identifier: email, password: goodPassword, carrier: 'opaque' }),
    refresh: (token = '') => ask('tokens/refresh', { refresh_token: token }),
    revoke: (token = '') => ask('tokens/revoke', { token }),
    call: (token = '') => ask('session', undefined, token),
  };
}

/** Lives through three sessions: one that ends by reuse, one by a predecessor that comes too late, one by a sign-out. */
async function factsOf(side: Side): Promise<Fact[]> {
  const { facts, signIn, refresh, revoke, call } = asking(side);
  const first = await signIn();
  await call(first['access_token']);
  const second = await refresh(first['refresh_token']);
  await side.pass(29_000);
  await refresh(first['refresh_token']);
  await call(second['access_token']);
  await side.pass(300_000);
  await call(second['access_token']);
  const third = await refresh(second['refresh_token']);
  await refresh(first['refresh_token']);
  await refresh(third['refresh_token']);
  await call(third['access_token']);
  const other = await signIn();
  const last = await refresh(other['refresh_token']);
  await side.pass(31_000);
  await refresh(other['refresh_token']);
  await refresh(last['refresh_token']);
  const ended = await signIn();
  await revoke(ended['refresh_token']);
  await revoke(ended['refresh_token']);
  await call(ended['access_token']);
  await side.close();
  return facts;
}

test('the server of a rehearsal keeps the rules of a real one', async () => {
  const real = await factsOf(await realSide());
  expect(await factsOf(await rehearsedSide())).toEqual(real);
  const byReuse = [201, 200, 200, 200, 200, 401, 200, 401, 401, 401];
  const [byLateness, bySignOut] = [
    [201, 200, 401, 401],
    [201, 204, 204, 401],
  ];
  expect(real.map(({ status }) => status)).toEqual([...byReuse, ...byLateness, ...bySignOut]);
});
