/**
 * The main job beside better-auth: asking who is signed in, and signing in by password. Both keep their rows in SQLite on the
 * same disk, with the same promise that what was answered is there.
 */
import { availableParallelism } from 'node:os';
import type { AskBetterAuth, ServedBetterAuth } from './ask.ts';
import { compare } from './compare.ts';
import { beside, type Measurement } from './contract.ts';
import { drive, type Measured, raw, type Talker } from './load.ts';
import { installPeers } from './peers.ts';
import { type Peer, type Running, start, startProgram, withFolder } from './processes.ts';

/** Requests a round. */
const requests = { check: { ours: 40_000, peer: 3000 }, signIn: { ours: 300, peer: 60 } };
const connections = 32;
const email = 'ada@example.com';
const password = 'seven quiet herons wade';

/** Session checks and sign-ins. */
export const besideBetterAuth = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    await installPeers();
    const ours = await start({ serve: 'doorward', dataFolder, accounts: 100, sessions: 3000 });
    const ask: AskBetterAuth = { dataFolder, email, password, sessions: 40 };
    const peer = await startProgram<ServedBetterAuth>('peers/better-auth.ts', ask);
    try {
      await signUp(ours);
      return [await checks(ours, peer), await signIns(ours, peer)];
    } finally {
      await Promise.all([ours.stop(), peer.stop()]);
    }
  });

type Other = ServedBetterAuth & Running;

async function signUp({ port }: Peer): Promise<void> {
  const { status } = await fetch(`http://127.0.0.1:${port}/api/v1/accounts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (status !== 201) throw new Error(`the sign-up was answered ${status}`);
}

async function checks(ours: Peer, peer: Other): Promise<Measurement> {
  const ask = ({ port, cookies }: Peer | Other, path: string, count: number): Promise<Measured> =>
    drive({
      port,
      requests: count,
      talkers: inTurn(cookies.map((cookie) => raw({ path, headers: { cookie } }))),
    });
  const { figures, ratio } = await compare({
    ours: {
      server: 'Doorward',
      run: () => ask(ours, '/api/v1/session', requests.check.ours),
      usage: ours.usage,
    },
    peer: {
      server: 'better-auth',
      run: () => ask(peer, '/api/auth/get-session', requests.check.peer),
      usage: peer.usage,
    },
  });
  return beside('session-check-better-auth', [figures.ours, figures.peer], ratio('ours', 'peer'));
}

async function signIns(ours: Peer, peer: Other): Promise<Measurement> {
  const own = raw({
    method: 'POST',
    path: '/api/v1/sessions',
    body: JSON.stringify({ identifier: email, password, carrier: 'cookie' }),
  });
  const theirs = raw({
    method: 'POST',
    path: '/api/auth/sign-in/email',
    headers: { origin: peer.origin },
    body: JSON.stringify({ email, password }),
  });
  const sign = (port: number, request: string, count: number): Promise<Measured> =>
    drive({ port, requests: count, talkers: inTurn([request], 8 * availableParallelism()) });
  const { figures, ratio } = await compare({
    ours: { server: 'Doorward', run: () => sign(ours.port, own, requests.signIn.ours), usage: ours.usage },
    peer: {
      server: 'better-auth',
      run: () => sign(peer.port, theirs, requests.signIn.peer),
      usage: peer.usage,
    },
  });
  return beside('sign-in-better-auth', [figures.ours, figures.peer], ratio('ours', 'peer'));
}

/** Connections that send the requests in turn, each answered 200 or 201 about somebody. */
function inTurn(texts: readonly string[], count = connections): Talker[] {
  let turn = 0;
  return Array.from({ length: count }, () => ({
    next: () => texts[turn++ % texts.length] ?? '',
    heard: ({ status, body }) => {
      // better-auth answers whoever is not signed in with 200 and null.
      if ((status !== 200 && status !== 201) || body === 'null')
        throw new Error(`answered ${status}: ${body}`);
    },
  }));
}
