/**
 * Session checks and refreshes over HTTP, side by side with a hello-world on the same Node in interleaved rounds.
 */
import { drive, type Measured, raw, type Talker } from './load.ts';
import { type Peer, start, withFolder } from './processes.ts';
import { type Finding, median, shown } from './report.ts';

const rounds = 5;

/** Requests a round. */
const checks = 40_000;
const refreshes = 20_000;

/** The same request over and over, each answered 200. */
const repeat = (request: string): Talker => ({
  next: () => request,
  heard: ({ status, body }) => expectOk(status, body),
});

function expectOk(status: number, body: string): void {
  if (status !== 200) throw new Error(`answered ${status}: ${body}`);
}

/** Thirty-two connections that ask who is signed in, each time as somebody else. */
export const sessionChecks = (peer: Peer, kind: 'cookie' | 'opaque'): Promise<Measured> => {
  // Refreshing takes its families from the end of the list: rotating one twice ends its first access token.
  const requests =
    kind === 'cookie'
      ? peer.cookies.map((cookie) => raw({ path: '/api/v1/session', headers: { cookie } }))
      : peer.access
          .slice(0, 400)
          .map((token) => raw({ path: '/api/v1/session', headers: { authorization: `Bearer ${token}` } }));
  const talkers = Array.from({ length: 32 }, (_, at) => {
    let turn = at;
    return {
      next: () => requests[(turn += 32) % requests.length] ?? '',
      heard: ({ status, body }: { status: number; body: string }) => expectOk(status, body),
    };
  });
  return drive({ port: peer.port, talkers, requests: checks });
};

/** Sixty-four connections that refresh, each its own family. Uses tokens up: each call takes fresh ones. */
export function refreshing(peer: Peer, tokens: string[]): Promise<Measured> {
  const talkers = Array.from({ length: 64 }, () => {
    let token = tokens.pop() ?? '';
    // Every refresh token is equally long, so only the token changes from one request to the next.
    const head = raw({
      method: 'POST',
      path: '/api/v1/tokens/refresh',
      body: JSON.stringify({ refresh_token: token }),
    }).slice(0, -token.length - 2);
    return {
      next: () => `${head}${token}"}`,
      heard: ({ status, body }: { status: number; body: string }) => {
        expectOk(status, body);
        const at = body.indexOf(member) + member.length;
        token = body.slice(at, at + token.length);
      },
    };
  });
  return drive({ port: peer.port, talkers, requests: refreshes });
}

const member = '"refresh_token":"';

const helloWorld = (peer: Peer): Promise<Measured> =>
  drive({
    port: peer.port,
    requests: checks,
    talkers: Array.from({ length: 32 }, () => repeat(raw({ path: '/hello' }))),
  });

/** The findings of throughput on an almost empty store. */
export const throughput = (): Promise<Finding[]> =>
  withFolder(async (dataFolder) => {
    const hello = await start({ serve: 'hello' });
    const doorward = await start({ serve: 'doorward', dataFolder, accounts: 100, sessions: 3000 });
    const opaque = [...doorward.refreshOpaque];
    const jwt = [...doorward.refreshJwt];
    const measured: Record<string, Measured[]> = {
      hello: [],
      cookie: [],
      opaque: [],
      refreshOpaque: [],
      refreshJwt: [],
    };
    try {
      // The first round warms both up and does not count.
      for (let round = 0; round <= rounds; round += 1) {
        const now = {
          hello: await helloWorld(hello),
          cookie: await sessionChecks(doorward, 'cookie'),
          opaque: await sessionChecks(doorward, 'opaque'),
          refreshOpaque: await refreshing(doorward, opaque),
          refreshJwt: await refreshing(doorward, jwt),
        };
        if (round > 0) for (const [name, one] of Object.entries(now)) measured[name]?.push(one);
      }
    } finally {
      await Promise.all([hello.stop(), doorward.stop()]);
    }
    return findings(measured);
  });

function findings(measured: Readonly<Record<string, readonly Measured[]>>): Finding[] {
  const rate = (name: string): number => median((measured[name] ?? []).map(({ perSecond }) => perSecond));
  const p99 = (name: string): number => median((measured[name] ?? []).map((one) => one.p99));
  const ratio = (name: string): number =>
    median(
      (measured[name] ?? []).map(
        ({ perSecond }, at) => perSecond / (measured['hello']?.[at]?.perSecond ?? Number.NaN),
      ),
    );
  const check = (name: 'cookie' | 'opaque'): Finding => ({
    what: `session check, ${name}, 32 connections`,
    measured: `${shown(rate(name))}/s, p99 ${shown(p99(name))} ms, ${shown(ratio(name))} × hello-world (${shown(rate('hello'))}/s)`,
    limit: '≥ 0.6 × hello-world, p99 ≤ 3 ms',
    holds: ratio(name) >= 0.6 && p99(name) <= 3,
  });
  const refresh = (name: string, what: string, least: number): Finding => ({
    what: `refresh, ${what}, fsync before the reply, 64 connections`,
    measured: `${shown(rate(name))}/s, p99 ${shown(p99(name))} ms`,
    limit: `≥ ${shown(least)}/s, p99 ≤ 20 ms`,
    holds: rate(name) >= least && p99(name) <= 20,
  });
  return [
    check('cookie'),
    check('opaque'),
    refresh('refreshOpaque', 'opaque access token', 25_000),
    refresh('refreshJwt', 'EdDSA access token', 15_000),
  ];
}
