/**
 * The carrier of this system: a JWT in the cookie `session`. A carrier is three verbs: it *finds* itself in a request,
 * *checks* what it found, and is *issued* for a session that begins. The rest of the house needs no more of it.
 */
import { proofOf } from '@doorward/examples-kit';
import type { SessionCarrier } from 'doorward';
import { errors, jwtVerify, SignJWT } from 'jose';

/** The cookie that holds the token. */
export const sessionCookie = 'session';

/**
 * Seconds that a browser keeps the cookie after its token has expired. If both ended together, nobody would ever send
 * an expired token, and the page could not say that the session expired.
 */
const afterlife = 24 * 60 * 60;

/**
 * Three parts of base64url. The last letter of a 32-byte signature has two spare bits, which a lenient reader ignores:
 * in the list below they are zero, so that no two texts are the same token.
 */
const jwt = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;

/** A carrier that signs and verifies with `key`: HS256 (RFC 7518 §3.2), at least 32 bytes. */
export const jwtCookie = (key: Uint8Array): SessionCarrier => ({
  name: 'session-jwt',
  ambient: true, // A browser sends it by itself: see csrf.ts.
  cookies: [sessionCookie],

  find: (wire) => wire.cookie(sessionCookie),

  check: async ({ store, clock }, token) => {
    const claims = await readClaims(token, key, clock.now());
    if ('check' in claims) return { refused: claims };
    // The signature is right and the time not over. Whether somebody has logged out since, only the session knows.
    return proofOf(await store.read.sessions.find(claims.jti), clock.now());
  },

  issue: async ({ clock }, tx, session) => {
    await tx.sessions.insert(session, '');
    const account = await tx.accounts.find(session.accountId);
    // What follows runs after the session is on disk.
    return async () => {
      const token = await new SignJWT({ user: account?.name })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setJti(session.id)
        .setIssuedAt(new Date(session.createdAt))
        .setExpirationTime(new Date(session.expiresAt))
        .sign(key);
      const maxAge = Math.ceil((session.expiresAt - clock.now()) / 1000) + afterlife;
      return {
        cookies: [{ name: sessionCookie, value: token, maxAge, sameSite: 'Lax' }],
        tokens: undefined,
      };
    };
  },
});

/** The claims of a token, or the check that it did not pass. The signature is looked at before any claim. */
async function readClaims(
  token: string,
  key: Uint8Array,
  now: number,
): Promise<{ jti: string } | { check: string }> {
  if (!jwt.test(token)) return { check: 'malformed' };
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'], // Never what the token asks for: that might be `none`.
      requiredClaims: ['exp', 'jti'],
      currentDate: new Date(now),
    });
    return typeof payload.jti === 'string' ? { jti: payload.jti } : { check: 'jti' };
  } catch (thrown) {
    if (thrown instanceof errors.JWTExpired) return { check: 'expired' };
    if (thrown instanceof errors.JOSEError) return { check: thrown.code };
    throw thrown;
  }
}
