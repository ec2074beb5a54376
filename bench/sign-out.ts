/**
 * The bound of a sign-out: milliseconds from the moment at which the server has acknowledged it to the first refusal by a
 * guard that follows the feed; and the same when the line to the server is cut and nobody is told.
 */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type Guard, guard } from '../packages/guard/src/index.ts';
import type { Measurement } from './contract.ts';
import { type Peer, start, withFolder } from './processes.ts';
import { median } from './report.ts';

const signOuts = 200;
const cuts = 5;
/** What the measured servers call themselves, because they are asked for any free port. */
const issuer = 'http://localhost:0';

/** Sign-outs. */
export const signingOut = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    // Every third session that is seeded has a JWT.
    const sessions = 3 * (2 * signOuts + cuts);
    const one = await start({ serve: 'doorward', dataFolder, accounts: 10, sessions });
    const other = await start({ serve: 'doorward', dataFolder, accounts: 0, sessions: 0 });
    const refresh = [...one.refreshJwt];
    try {
      const near = await follow(one, one, refresh.splice(0, signOuts));
      const far = await follow(one, other, refresh.splice(0, signOuts));
      const cut: number[] = [];
      for (const token of refresh) cut.push(await cutOff(one, token));
      return [
        measurement('sign-out-same-process', near),
        measurement('sign-out-other-process', far),
        measurement('sign-out-line-cut', cut),
      ];
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });

const measurement = (name: string, times: readonly number[]): Measurement => ({
  name,
  values: { median: median(times), longest: Math.max(...times) },
});

/** Signs out at one process while a guard follows another (or the same), and takes the times. */
async function follow(at: Peer, followed: Peer, refreshTokens: readonly string[]): Promise<number[]> {
  const one = guard({
    issuer,
    fetch: (url, init) => fetch(address(followed, url), init),
    log: () => undefined,
  });
  const times: number[] = [];
  try {
    for (const refresh of refreshTokens)
      times.push(await signOutOnce(at, one, await accessToken(at, refresh)));
  } finally {
    one.close();
  }
  return times;
}

/** Signs out right after the line of a guard was cut without a word, and takes the time. */
async function cutOff(at: Peer, refresh: string): Promise<number> {
  let isCut = false;
  const silent = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => (isCut ? undefined : controller.enqueue(chunk)),
  });
  const one = guard({
    issuer,
    onFeedLoss: 'refuse',
    log: () => undefined,
    fetch: async (url, init) => {
      if (!url.endsWith('/revocations')) return fetch(address(at, url), init);
      const { body, ...response } = await streamed(address(at, url), init);
      return new Response(body.pipeThrough(silent), response);
    },
  });
  try {
    const token = await accessToken(at, refresh);
    await untilHeard(one, token);
    isCut = true;
    return await signOutOnce(at, one, token);
  } finally {
    one.close();
  }
}

/** Waits until a sign of life has just come: from here on, the silence lasts longest. */
async function untilHeard(one: Guard, token: string): Promise<void> {
  await passes(one, token);
  await setTimeout(1500);
  while ((one.state().feed.heardSecondsAgo ?? 1) > 0.01) await setTimeout(1);
}

async function streamed(
  url: string,
  init: RequestInit | undefined,
): Promise<{ body: ReadableStream<Uint8Array>; status: number; headers: Headers }> {
  const { body, status, headers } = await fetch(url, init);
  if (!body) throw new Error('the feed has no body');
  return { body, status, headers };
}

async function signOutOnce(at: Peer, one: Guard, token: string): Promise<number> {
  if (!(await passes(one, token))) throw new Error('a fresh token is refused');
  const headers = { authorization: `Bearer ${token}` };
  const { status } = await fetch(address(at, `${issuer}/api/v1/session`), { method: 'DELETE', headers });
  if (status !== 204) throw new Error(`the sign-out was answered ${status}`);
  const started = performance.now();
  while (await passes(one, token)) await setImmediate();
  return performance.now() - started;
}

const passes = async (one: Guard, token: string): Promise<boolean> => {
  const request = new Request('https://api.example.com/', { headers: { authorization: `Bearer ${token}` } });
  return (await one.verify(request)).principal !== undefined;
};

async function accessToken(at: Peer, refresh: string): Promise<string> {
  const response = await fetch(address(at, `${issuer}/api/v1/tokens/refresh`), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token: refresh }),
  });
  const answer = (await response.json()) as { access_token?: string };
  if (answer.access_token === undefined) throw new Error(`the refresh was answered ${response.status}`);
  return answer.access_token;
}

const address = ({ port }: Peer, url: string): string => url.replace(issuer, `http://127.0.0.1:${port}`);
