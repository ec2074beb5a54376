/** An opaque token in a form field: 16 random bytes that mean nothing to anybody but the server. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { proofOf } from '@doorward/examples-kit';
import type { SessionCarrier } from 'doorward';
import { digestOf, type TokenStore } from './token-store.ts';

/** The carrier of this system: it hands out a token for a session and finds the session of a token. */
export const formToken = (tokens: TokenStore): SessionCarrier => ({
  name: 'form-token',
  ambient: false,
  find: (wire) => wire.header('token'),
  check: async ({ store, clock }, token) => {
    const { locator, proof } = digestOf(token);
    const id = tokens.sessionOf(locator);
    const session = id === undefined ? undefined : await store.read.sessions.find(id);
    if (!session || !timingSafeEqual(Buffer.from(session.handleDigest), Buffer.from(proof)))
      return { refused: { check: 'token-unknown' } };
    return proofOf(session, clock.now());
  },
  issue: async ({ clock }, tx, session) => {
    const { id: sessionId, accountId, expiresAt } = session;
    const token = randomBytes(16).toString('hex');
    const { locator, proof } = digestOf(token);
    await tx.sessions.insert(session, proof);
    return async () => {
      tokens.add({ locator, sessionId, accountId, expiresAt });
      const expires_in = Math.floor((expiresAt - clock.now()) / 1000);
      return { cookies: [], tokens: { access_token: token, expires_in } };
    };
  },
});
