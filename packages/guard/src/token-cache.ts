/**
 * Tokens that were proven before, by digest: the signature of a token that comes with every request is checked once.
 * Bounded; the oldest go first. Whether an entry has expired or its session has ended is judged at each use.
 */
import { hash } from 'node:crypto';
import type { TokenPrincipal } from './principal.ts';

/** A token whose signature and claims hold. */
export interface ProvenToken {
  readonly principal: TokenPrincipal;
  /** The key that signed it. */
  readonly kid: string;
}

/** The cache. */
export interface TokenCache {
  get(digest: string): ProvenToken | undefined;
  put(digest: string, proven: ProvenToken): void;
  /** Forgets the tokens of a session. */
  dropSession(sessionId: string): void;
  /** Forgets the tokens that a key has signed. */
  dropKey(kid: string): void;
  size(): number;
}

/** SHA-256 of a token. The cache holds this instead, so that memory dumps hold no tokens because of it. */
export const digestOf = (token: string): string => hash('sha256', token, 'base64url');

/** Tokens that came one after the other, forgotten all at once. */
interface Generation {
  readonly tokens: Map<string, ProvenToken>;
  /** The digests of each session. */
  readonly sessions: Map<string, readonly string[]>;
}

const newGeneration = (): Generation => ({ tokens: new Map(), sessions: new Map() });

/**
 * Makes a cache of at most `entries` tokens, an even number; 0 keeps none. It holds two generations: when the younger is
 * full the older goes, which costs a new token less than keeping every entry's place in a row.
 */
export function createTokenCache(entries: number): TokenCache {
  const half = Math.ceil(entries / 2);
  let young = newGeneration();
  let old = newGeneration();

  const dropFrom = ({ tokens, sessions }: Generation, sessionId: string): void => {
    for (const digest of sessions.get(sessionId) ?? []) tokens.delete(digest);
    sessions.delete(sessionId);
  };

  return {
    get: (digest) => young.tokens.get(digest) ?? old.tokens.get(digest),
    put: (digest, proven) => {
      if (half === 0) return;
      if (young.tokens.size >= half) {
        old = young;
        young = newGeneration();
      }
      const { sessionId = '' } = proven.principal;
      const others = young.sessions.get(sessionId);
      if (!others) young.sessions.set(sessionId, [digest]);
      else if (!others.includes(digest)) young.sessions.set(sessionId, [...others, digest]);
      young.tokens.set(digest, proven);
    },
    dropSession: (sessionId) => {
      dropFrom(young, sessionId);
      dropFrom(old, sessionId);
    },
    dropKey: (kid) => {
      for (const { tokens } of [young, old])
        for (const [digest, proven] of tokens) if (proven.kid === kid) tokens.delete(digest);
    },
    size: () => young.tokens.size + old.tokens.size,
  };
}
