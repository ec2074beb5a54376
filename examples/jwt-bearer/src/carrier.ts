/** A JWT in `Authorization: Bearer`: three parts that anybody can read and nobody can change. */
import { proofOf } from '@doorward/examples-kit';
import type { SessionCarrier } from 'doorward';
import { errors, jwtVerify, SignJWT } from 'jose';

/**
 * The carrier of the shop. The session's id stands in the token (`jti`), so that a signature alone is not enough: the
 * session must still live. `secret` is used as the UTF-8 text it is.
 */
export function cupcakeToken(secret: string): SessionCarrier {
  const key = new TextEncoder().encode(secret);
  return {
    name: 'cupcake-token',
    ambient: false,
    find: (wire) => /^Bearer +(.+)$/i.exec(wire.header('authorization') ?? '')?.[1],
    check: async ({ store, clock }, token) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          // The token does not choose how it is checked (RFC 8725 §3.1).
          algorithms: ['HS256'],
          typ: 'JWT',
          requiredClaims: ['exp', 'jti'],
          currentDate: new Date(clock.now()),
        });
        return proofOf(await store.read.sessions.find(String(payload.jti)), clock.now());
      } catch (thrown) {
        if (!(thrown instanceof errors.JOSEError)) throw thrown;
        return { refused: { check: thrown.code } };
      }
    },
    issue: async (_ports, tx, session) => {
      await tx.sessions.insert(session, '');
      const account = await tx.accounts.find(session.accountId);
      const iat = Math.floor(session.createdAt / 1000);
      const exp = Math.floor(session.expiresAt / 1000);
      return async () => {
        const access_token = await new SignJWT({ email: account?.email, iat, exp, jti: session.id })
          .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
          .sign(key);
        return { cookies: [], tokens: { access_token, expires_in: exp - iat } };
      };
    },
  };
}
