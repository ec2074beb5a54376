/**
 * An issuer in a test's hand: its keys, its tokens and their forgeries, and the ports of a guard as fakes.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { ProveToken } from '../src/access-token.ts';
import { tokenProver } from '../src/access-token.ts';
import type { FeedStatus, RevocationFeed } from '../src/ports.ts';
import type { GuardRequest } from '../src/request.ts';

export const issuer = 'https://id.example.com';
export const audience = 'https://api.example.com';
/** Seconds since 1970 at which tests stand. */
export const now = 1_780_000_000;
export const rules = { issuer, audience, algorithm: 'EdDSA', leewaySeconds: 5 } as const;

/** Members of a header or of claims; undefined takes one away. */
export type Members = Readonly<Record<string, unknown>>;

export const claims: Members = {
  iss: issuer,
  aud: audience,
  sub: 'account-1',
  sid: 'session-1',
  jti: 'token-1',
  iat: now - 60,
  exp: now + 240,
  auth_time: now - 60,
  amr: ['pwd'],
  roles: ['support'],
  scope: 'orders:read orders:write',
};

const ed = generateKeyPairSync('ed25519');
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Public keys by `kid`. */
export const keys: Readonly<Record<string, KeyObject>> = {
  ed: ed.publicKey,
  ec: ec.publicKey,
  rsa: rsa.publicKey,
};

export const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

/** Signs the first two parts with the issuer's Ed25519 key, whatever they say. */
export const signed = (input: string): string =>
  `${input}.${encode(sign(null, Buffer.from(input), ed.privateKey))}`;

/** A token that the issuer signs, with members changed, added or taken away. */
export const token = (changed: Members = {}, header: Members = {}): string =>
  signed(`${encode(JSON.stringify(headerOf(header)))}.${encode(JSON.stringify({ ...claims, ...changed }))}`);

export const headerOf = (changed: Members = {}): Members => ({
  alg: 'EdDSA',
  typ: 'at+jwt',
  kid: 'ed',
  ...changed,
});

/** A good token of another algorithm. */
export function tokenOf(alg: 'ES256' | 'RS256'): string {
  const header = headerOf({ alg, kid: alg === 'ES256' ? 'ec' : 'rsa' });
  const input = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
  const key = alg === 'ES256' ? { key: ec.privateKey, dsaEncoding: 'ieee-p1363' as const } : rsa.privateKey;
  return `${input}.${encode(sign('sha256', Buffer.from(input), key))}`;
}

/** The prover on these keys. */
export const prover = (
  changed: Partial<typeof rules> | { algorithm: 'ES256' | 'RS256' } | { machines: boolean } = {},
): ProveToken => tokenProver({ ...rules, ...changed }, { find: (kid) => keys[kid] });

/** The check that a token fails, or `none`. */
export function failedCheck(text: string, prove: ProveToken = prover()): unknown {
  const outcome = prove(text, { carrier: 'jwt', now });
  if (outcome instanceof Promise) throw new Error('a known key needs no waiting');
  return 'code' in outcome ? outcome.detail['check'] : 'none';
}

/** A request as the guard reads it. */
export const request = (
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
  peer?: string,
): GuardRequest => ({ method, header: (name) => headers[name], peer });

/** A feed that a test steers. */
export interface SteeredFeed extends RevocationFeed {
  become(status: FeedStatus): void;
  end(sid: string): void;
}

export function steeredFeed(): SteeredFeed {
  let status: FeedStatus = 'following';
  const over = new Set<string>();
  const listeners: ((sid: string) => void)[] = [];
  return {
    status: () => status,
    ready: () => undefined,
    ended: (sid) => over.has(sid),
    onEnded: (listener) => void listeners.push(listener),
    state: () => ({ status, revoked: over.size, heardSecondsAgo: 0 }),
    close: () => undefined,
    become: (next) => {
      status = next;
    },
    end: (sid) => {
      over.add(sid);
      for (const listener of listeners) listener(sid);
    },
  };
}
