/** Signing in, knowing who calls, and signing out: what the API and the demonstration do alike. */
import { networkOf, Refused, wireOf } from '@doorward/examples-kit';
import { type Account, type Doorward, Failure, type FailureCode, failures, type Principal } from 'doorward';
import type { Context } from 'hono';
import { setCookie } from 'hono/cookie';
import type { Settings } from './settings.ts';
import type { UuidCookies } from './uuid-cookie.ts';

/** Sessions over HTTP. */
export interface Sessions {
  /** Begins a session and sets its cookie. Throws `refused` for an unknown name and a wrong password alike. */
  begin(c: Context, claim: { name: string; password: string }, refused: Refused): Promise<Account>;
  /** Who calls, by a cookie or, where it is said, by HTTP Basic. Throws 401 for no credential, 403 for a bad one. */
  caller(c: Context, by?: 'uuid-cookie' | 'basic'): Promise<Principal>;
  /** Ends the session of a caller, if there is one, and takes the cookie away. */
  end(c: Context, caller: Principal | undefined): Promise<void>;
  /** Forgets all cookies of an account that is no more. */
  forgetAccount(accountId: string): void;
}

/** Sessions of Doorward that travel in cookies. */
export function openSessions(
  doorward: Doorward,
  { carrier, forgetSession, forgetAccount }: UuidCookies,
  { sessionName, sessionDuration }: Settings,
): Sessions {
  const putCookie = (c: Context, value: string, maxAge: number | undefined): void =>
    setCookie(c, sessionName, value, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      secure: !isPlainLoopback(c),
      ...(maxAge === undefined ? {} : { maxAge }),
    });
  return {
    begin: async (c, { name: identifier, password }, refused) => {
      const { account, delivery } = await doorward.sessions
        .create({
          identifier,
          password,
          carrier,
          network: networkOf(c),
          clientName: 'session-cookie',
          lifeSeconds: sessionDuration || undefined,
        })
        .catch(becauseOf({ wrong: refused }));
      for (const { value } of delivery.cookies)
        putCookie(c, value, sessionDuration ? Math.min(sessionDuration, longestAge) : undefined);
      return account;
    },
    caller: (c, by = 'uuid-cookie') =>
      doorward
        .authenticate(wireOf(c), [by])
        .catch(becauseOf({ missing: unauthorized(by), wrong: new Refused(403, 'Forbidden') })),
    end: async (c, caller) => {
      if (caller?.session) {
        await doorward.sessions.end(caller.accountId, caller.session.id);
        forgetSession(caller.session.id);
      }
      putCookie(c, '', 0);
    },
    forgetAccount,
  };
}

/** Seconds: browsers keep no cookie for longer (RFC 6265bis §5.5). */
const longestAge = 400 * 86_400;

/** Plain http is good enough on one's own machine alone. */
function isPlainLoopback(c: Context): boolean {
  const { protocol, hostname } = new URL(c.req.url);
  return protocol === 'http:' && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Says what to present, where HTTP has a word for it (RFC 7617). */
const unauthorized = (by: 'uuid-cookie' | 'basic'): Refused =>
  new Refused(
    401,
    'Unauthorized',
    by === 'basic' ? { 'www-authenticate': 'Basic realm="users", charset="UTF-8"' } : {},
  );

/** Turns a failure that the credential is to blame for into our answer. Budgets and overload keep theirs: 429 and 503. */
const becauseOf =
  ({ missing, wrong }: { missing?: Refused; wrong: Refused }) =>
  (thrown: unknown): never => {
    if (!(thrown instanceof Failure) || failures[thrown.code as FailureCode].status >= 429) throw thrown;
    throw thrown.code === 'credentials_missing' && missing ? missing : wrong;
  };
