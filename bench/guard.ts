/**
 * The guard on JWTs, in this process and without a network: a token that comes again against jose and fast-jwt, a new token
 * against the bare signature check of Node, round by round in turn; and what a long list of sign-outs weighs.
 */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { jwtVerify } from 'jose';
import { type Guard, type GuardRequest, guard } from '../packages/guard/src/index.ts';
import type { Figure, Measurement } from './contract.ts';
import { installPeers } from './peers.ts';
import { median } from './report.ts';

const rounds = 15;
/** Rounds that do not count: a server has long been warm, and compiling costs processor time of its own. */
const warmUps = 10;
/** Different tokens in a round. */
const tokens = 2000;
/** Checks of one token in a round of each. */
const repeats = { guard: 50_000, fastJwt: 20_000, jose: 1000 };
const revoked = 100_000;
/** Entries in one page of the feed, as at the server. */
const pageSize = 1000;

const issuer = 'https://id.example.com';
const audience = 'https://api.example.com';

/** The guard. */
export async function guarding(): Promise<Measurement[]> {
  await installPeers();
  // The list first: garbage of the other would blur it.
  const list = await weight();
  return [await again(), await fresh(), list];
}

/** A token in its header, and as the bare check wants it. */
interface Signed {
  readonly authorization: string;
  readonly input: Buffer;
  readonly signature: Buffer;
}

/** A token that comes again, and the peers on the same. fast-jwt remembers too, as its documentation tells for this. */
async function again(): Promise<Measurement> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const made = build(publicKey, 0);
  const token = signed(privateKey, 0);
  const { rememberingVerifier } = await import('./peers/fast-jwt.ts');
  const fastJwt = rememberingVerifier(publicKey, { issuer, audience });
  const { microseconds, ratio, figures } = await inTurn({
    Doorward: () => checkAgain(made, token),
    jose: () => checkByJose(publicKey, token),
    'fast-jwt, with its cache': () => checkByFastJwt(fastJwt, token),
  });
  made.close();
  return { name: 'verify-again', values: { microseconds, ratio: ratio('jose') }, figures };
}

/** Tokens that were never seen, and the bare check of their signatures. */
async function fresh(): Promise<Measurement> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const made = build(publicKey, 0);
  // All tokens are made, and what that left is tidied up, before anything is measured: the guard then pays for its own
  // garbage, all of it, and for nobody else's.
  const batches = Array.from({ length: warmUps + rounds }, (_, round) =>
    Array.from({ length: tokens }, (__, at) => signed(privateKey, round * tokens + at)),
  );
  collectGarbage();
  const { microseconds, ratio, figures } = await inTurn({
    Doorward: (round) => checkNew(made, batches[round] ?? []),
    'node:crypto': (round) => checkBare(publicKey, batches[round] ?? []),
  });
  made.close();
  return { name: 'verify-new', values: { microseconds, ratio: ratio('node:crypto') }, figures };
}

/** What all took, by their names. */
interface Compared {
  /** Of the first, the median. */
  readonly microseconds: number;
  readonly figures: readonly Figure[];
  /** How many times the first fits into what another took in the same round, in the median. */
  ratio(to: string): number;
}

/** Microseconds that one check takes. */
type Check = (round: number) => Promise<number>;

async function inTurn(checks: Readonly<Record<string, Check>>): Promise<Compared> {
  const times = new Map(Object.keys(checks).map((name) => [name, [] as number[]]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const [name, check] of Object.entries(checks)) {
      const took = await check(round);
      if (round >= warmUps) times.get(name)?.push(took);
    }
  }
  const of = (name: string): readonly number[] => times.get(name) ?? [];
  return {
    microseconds: median(of('Doorward')),
    figures: [...times].map(([server, all]) => figureOf(server, median(all))),
    ratio: (to) => median(of(to).map((theirs, at) => theirs / (of('Doorward')[at] ?? Number.NaN))),
  };
}

const figureOf = (server: string, microseconds: number): Figure => ({
  server,
  perSecond: 1_000_000 / microseconds,
  p50: undefined,
  p99: undefined,
  cpu: microseconds / 1000,
  megabytes: undefined,
});

/** Microseconds of processor time, which others on the machine do not lengthen, that one of `count` pieces of work took. */
async function timed(count: number, work: () => Promise<void> | void): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / count;
}

const checkAgain = (made: Guard, token: Signed): Promise<number> => {
  const request = requestOf(token);
  return timed(repeats.guard, async () => {
    for (let at = 0; at < repeats.guard; at += 1) expectPass(await made.verify(request));
  });
};

const checkNew = (made: Guard, batch: readonly Signed[]): Promise<number> =>
  timed(batch.length, async () => {
    for (const one of batch) expectPass(await made.verify(requestOf(one)));
  });

const checkByJose = (key: KeyObject, { authorization }: Signed): Promise<number> => {
  const text = authorization.slice('Bearer '.length);
  return timed(repeats.jose, async () => {
    for (let at = 0; at < repeats.jose; at += 1)
      await jwtVerify(text, key, { issuer, audience, algorithms: ['EdDSA'], typ: 'at+jwt' });
  });
};

const checkByFastJwt = (check: (token: string) => unknown, { authorization }: Signed): Promise<number> => {
  const text = authorization.slice('Bearer '.length);
  return timed(repeats.fastJwt, () => {
    for (let at = 0; at < repeats.fastJwt; at += 1) check(text);
  });
};

const checkBare = (key: KeyObject, batch: readonly Signed[]): Promise<number> =>
  timed(batch.length, () => {
    for (const { input, signature } of batch)
      if (!verify(null, input, key, signature)) throw new Error('a good signature was refused');
  });

const requestOf = ({ authorization }: Signed): GuardRequest => ({
  method: 'GET',
  header: (name) => (name === 'authorization' ? authorization : undefined),
});

function expectPass({ failure }: Awaited<ReturnType<Guard['verify']>>): void {
  if (failure) throw new Error(`answered ${failure.code}: ${JSON.stringify(failure.detail)}`);
}

/** A token as the server makes them; each `seed` has a session of its own. */
function signed(key: KeyObject, seed: number): Signed {
  const now = Math.floor(Date.now() / 1000);
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'key' };
  const claims = {
    iss: issuer,
    aud: audience,
    sub: uuid(seed % 100),
    sid: uuid(seed),
    jti: `jti-${seed}`,
    iat: now,
    exp: now + 300,
    auth_time: now,
    amr: ['pwd'],
    roles: ['support'],
    scope: 'orders:read orders:write',
  };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  const input = Buffer.from(text);
  const signature = sign(null, input, key);
  // Through bytes, because what comes from a socket is one string and no rope of several.
  const authorization = Buffer.from(`Bearer ${text}.${signature.toString('base64url')}`).toString('latin1');
  return { authorization, input, signature };
}

const uuid = (seed: number): string => `0198c5d2-0000-7000-8000-${seed.toString(16).padStart(12, '0')}`;

/** A guard whose server is made of two answers: one key, and so many ended sessions. */
function build(key: KeyObject, sessions: number): Guard {
  const jwk = { ...key.export({ format: 'jwk' }), kid: 'key', alg: 'EdDSA', use: 'sig' };
  return guard({
    issuer,
    audience,
    feed: 'pull',
    feedSilenceSeconds: 300,
    log: () => undefined,
    fetch: async (url) => {
      const { pathname, searchParams } = new URL(url);
      const after = Number(searchParams.get('after'));
      return Response.json(pathname.endsWith('jwks.json') ? { keys: [jwk] } : pageAfter(after, sessions));
    },
  });
}

function pageAfter(after: number, sessions: number): object {
  const until = new Date(Date.now() + 300_000).toISOString();
  const length = Math.min(pageSize, sessions - after);
  const entries = Array.from({ length }, (_, at) => ({
    seq: after + at + 1,
    sid: crypto.randomUUID(),
    at: until,
    until,
  }));
  return { entries, last: sessions, gap: false };
}

/** Bytes that a guard holds for its list of ended sessions. */
async function weight(): Promise<Measurement> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const request = requestOf(signed(privateKey, 0));
  const [empty, full] = [build(publicKey, 0), build(publicKey, revoked)];
  expectPass(await empty.verify(request));
  const before = heldBytes();
  expectPass(await full.verify(request));
  const megabytes = (heldBytes() - before) / 1_000_000;
  if (full.state().feed.revoked !== revoked) throw new Error('the guard has not read the whole feed');
  for (const made of [empty, full]) made.close();
  return { name: 'ended-sessions', values: { megabytes } };
}

/** Bytes in use when everything that can be forgotten is. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this runtime does not collect on demand');
  collect();
}
