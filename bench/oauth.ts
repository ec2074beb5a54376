/**
 * The endpoints that clients call, side by side with oidc-provider in interleaved rounds. Ours answers after its fsync; the
 * peer keeps everything in memory. Both are asked by the same clients with the same requests for the same kinds of tokens.
 */
import type { AskOAuth, ServedClient, ServedOAuth } from './ask.ts';
import { compare } from './compare.ts';
import { beside, type Measurement } from './contract.ts';
import { drive, type Measured, raw, type Talker } from './load.ts';
import { redirectUri, resource, resourceScope, verifier } from './oauth-terms.ts';
import { installPeers } from './peers.ts';
import { type Running, startProgram, withFolder } from './processes.ts';

/** Connections that only ask, and those that write. */
const asking = 32;
const writing = 64;
/** Requests a round. */
const requests = { client: 6000, introspection: 10_000, code: 3000, refresh: 4000 };
/** Families that take turns refreshing, and tokens that are asked about. */
const families = 1024;
const introspected = 400;

type Side = ServedOAuth & Running;
type Work = keyof typeof requests;

/** Rounds, and the one that warms up. */
const rounds = 6;

/** The endpoints for clients. */
export const clientsEndpoints = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    await installPeers();
    const ask: AskOAuth = { dataFolder, codes: rounds * requests.code + families };
    const ours = await startProgram<ServedOAuth>('oauth-server.ts', ask);
    const peer = await startProgram<ServedOAuth>('peers/oidc-provider.ts', ask);
    try {
      return await measure([ours, await works(ours)], [peer, await works(peer)]);
    } finally {
      await Promise.all([ours.stop(), peer.stop()]);
    }
  });

type Works = Readonly<Record<Work, () => Promise<Measured>>>;

async function measure(
  [ours, own]: readonly [Side, Works],
  [peer, theirs]: readonly [Side, Works],
): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  for (const { work, name } of lines) {
    const { figures, ratio } = await compare({
      ours: { server: 'Doorward', run: own[work], usage: ours.usage },
      peer: { server: 'oidc-provider', run: theirs[work], usage: peer.usage },
    });
    measurements.push(beside(name, [figures.ours, figures.peer], ratio('ours', 'peer')));
  }
  return measurements;
}

const lines: readonly { readonly work: Work; readonly name: string }[] = [
  { work: 'client', name: 'client-credentials' },
  { work: 'introspection', name: 'introspection' },
  { work: 'code', name: 'code-exchange' },
  { work: 'refresh', name: 'client-refresh' },
];

async function works(side: Side): Promise<Works> {
  const codes = [...side.signed.codes];
  const refreshing: string[] = [];
  await redeem(side, {
    client: side.signed,
    codes: codes.splice(0, families),
    show: ({ refresh_token: token }) => refreshing.push(token),
  });
  const asked: string[] = [];
  await redeem(side, {
    client: side.opaque,
    codes: side.opaque.codes.slice(0, introspected),
    show: ({ access_token: token }) => asked.push(token),
  });
  return {
    client: () => drive({ port: side.port, requests: requests.client, talkers: clientTalkers(side) }),
    introspection: () =>
      drive({
        port: side.port,
        requests: requests.introspection,
        talkers: introspectionTalkers(side, asked),
      }),
    code: () => redeem(side, { client: side.signed, codes: codes.splice(0, requests.code) }),
    refresh: () =>
      drive({ port: side.port, requests: requests.refresh, talkers: refreshTalkers(side, refreshing) }),
  };
}

/** What the token endpoint answers. */
interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const form = (path: string, { authorization }: ServedClient, fields: Record<string, string>): string =>
  raw({
    method: 'POST',
    path,
    headers: { authorization },
    type: 'application/x-www-form-urlencoded',
    body: new URLSearchParams(fields).toString(),
  });

const clientTalkers = (side: Side): Talker[] => {
  const fields = { grant_type: 'client_credentials', scope: resourceScope, resource };
  const request = form(side.tokenPath, side.signed, fields);
  return Array.from({ length: asking }, () => ({ next: () => request, heard: expectToken }));
};

function introspectionTalkers(side: Side, tokens: readonly string[]): Talker[] {
  const asked = tokens.map((token) => form(side.introspectionPath, side.opaque, { token }));
  return Array.from({ length: asking }, (_, at) => {
    let turn = at;
    return { next: () => asked[(turn += asking) % asked.length] ?? '', heard: expectActive };
  });
}

/** Codes of a client to trade, each once. */
interface Trade {
  readonly client: ServedClient;
  readonly codes: readonly string[];
  /** Is shown what came. */
  show?(tokens: Tokens): void;
}

/** Trades codes. The requests are made beforehand, since the load shares the machine. */
function redeem(side: Side, { client, codes, show }: Trade): Promise<Measured> {
  const fixed = { grant_type: 'authorization_code', redirect_uri: redirectUri, code_verifier: verifier };
  const made = codes.map((code) => form(side.tokenPath, client, { ...fixed, code }));
  const talker: Talker = {
    next: () => made.pop() ?? '',
    heard: (answer) => {
      expectToken(answer);
      show?.(JSON.parse(answer.body) as Tokens);
    },
  };
  const talkers = Array.from({ length: writing }, () => talker);
  return drive({ port: side.port, requests: codes.length, talkers });
}

/** Families take turns, and each goes on where it was: their refresh tokens are replaced in `tokens`. */
function refreshTalkers(side: Side, tokens: string[]): Talker[] {
  const [first = ''] = tokens;
  // All of them are equally long and need no encoding, so only the token changes from one request to the next.
  const fields = { grant_type: 'refresh_token', refresh_token: first };
  const head = form(side.tokenPath, side.signed, fields).slice(0, -first.length);
  let turn = 0;
  return Array.from({ length: writing }, () => {
    let at = 0;
    return {
      next: () => {
        at = turn++ % tokens.length;
        return head + (tokens[at] ?? '');
      },
      heard: (answer) => {
        expectToken(answer);
        const start = answer.body.indexOf(member) + member.length;
        tokens[at] = answer.body.slice(start, start + first.length);
      },
    };
  });
}

const member = '"refresh_token":"';

type Answer = Parameters<Talker['heard']>[0];

function expectToken({ status, body }: Answer): void {
  if (status !== 200) throw new Error(`answered ${status}: ${body}`);
}

function expectActive({ status, body }: Answer): void {
  if (status !== 200 || !body.includes('"active":true')) throw new Error(`answered ${status}: ${body}`);
}
