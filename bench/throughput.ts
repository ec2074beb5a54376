/**
 * Session checks and refreshes over HTTP, side by side with hello-worlds on the same Node.
 */
import { type Comparison, type Contender, compare } from './compare.ts';
import { beside, type Measurement } from './contract.ts';
import { drive, type Measured, raw, type Talker } from './load.ts';
import { type Peer, start, withFolder } from './processes.ts';

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
export const sessionChecks = (
  peer: Peer,
  kind: 'cookie' | 'opaque',
  requests = checks,
): Promise<Measured> => {
  // Refreshing takes its families from the end of the list: rotating one twice ends its first access token.
  const asked =
    kind === 'cookie'
      ? peer.cookies.map((cookie) => raw({ path: '/api/v1/session', headers: { cookie } }))
      : peer.access
          .slice(0, 400)
          .map((token) => raw({ path: '/api/v1/session', headers: { authorization: `Bearer ${token}` } }));
  const talkers = Array.from({ length: 32 }, (_, at) => {
    let turn = at;
    return {
      next: () => asked[(turn += 32) % asked.length] ?? '',
      heard: ({ status, body }: { status: number; body: string }) => expectOk(status, body),
    };
  });
  return drive({ port: peer.port, talkers, requests });
};

/** Sixty-four connections that refresh, each its own family. Uses tokens up: each call takes fresh ones. */
export function refreshing(peer: Peer, tokens: string[], requests = refreshes): Promise<Measured> {
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
  return drive({ port: peer.port, talkers, requests });
}

const member = '"refresh_token":"';

const helloWorld = (peer: Peer): Promise<Measured> =>
  drive({
    port: peer.port,
    requests: checks,
    talkers: Array.from({ length: 32 }, () => repeat(raw({ path: '/hello' }))),
  });

/** Throughput on an almost empty store. */
export const throughput = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const hono = await start({ serve: 'hello', with: 'hono' });
    const node = await start({ serve: 'hello', with: 'node:http' });
    const doorward = await start({ serve: 'doorward', dataFolder, accounts: 100, sessions: 3000 });
    const opaque = [...doorward.refreshOpaque];
    const jwt = [...doorward.refreshJwt];
    const { usage } = doorward;
    const ours = (work: string, run: () => Promise<Measured>): Contender => ({
      server: `Doorward, ${work}`,
      run,
      usage,
    });
    try {
      const compared = await compare({
        hono: { server: 'hello-world, Hono', run: () => helloWorld(hono), usage: hono.usage },
        node: { server: 'hello-world, node:http', run: () => helloWorld(node), usage: node.usage },
        cookie: ours('cookie', () => sessionChecks(doorward, 'cookie')),
        opaque: ours('opaque token', () => sessionChecks(doorward, 'opaque')),
        refreshOpaque: ours('opaque access token', () => refreshing(doorward, opaque)),
        refreshJwt: ours('EdDSA access token', () => refreshing(doorward, jwt)),
      });
      return measurements(compared);
    } finally {
      await Promise.all([hono.stop(), node.stop(), doorward.stop()]);
    }
  });

type Work = 'hono' | 'node' | 'cookie' | 'opaque' | 'refreshOpaque' | 'refreshJwt';

function measurements({ figures, ratio }: Comparison<Work>): Measurement[] {
  const check = (name: string, work: 'cookie' | 'opaque'): Measurement =>
    beside(name, [figures[work], figures.hono, figures.node], ratio(work, 'hono'));
  return [
    check('session-check-cookie', 'cookie'),
    check('session-check-opaque', 'opaque'),
    beside('refresh-opaque', [figures.refreshOpaque]),
    beside('refresh-jwt', [figures.refreshJwt]),
  ];
}
