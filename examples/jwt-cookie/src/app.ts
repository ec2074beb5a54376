/**
 * The system: a login page, and a JWT in an HttpOnly cookie. Begin at the table of routes; what is special here is in
 * carrier.ts and csrf.ts.
 */
import { createRoutes, type Environment, type Fetch, findSecret, numberFrom } from '@doorward/examples-kit';
import { type Clock, createDoorward, type Doorward } from 'doorward';
import { sendFile, showHome, showLogin, tellToken } from './answers.ts';
import { jwtCookie } from './carrier.ts';
import { wantsPage } from './csrf.ts';
import { keepDemoAccount } from './demo.ts';
import { logInPerson, logInProgram, logOut } from './log-in.ts';
import type { Parts } from './visitor.ts';

/** What the system is made of. */
export interface Given {
  readonly environment: Environment;
  /** Where accounts, sessions and the generated key are kept. */
  readonly dataFolder: string;
  /** The machine's unless given. */
  readonly clock?: Clock;
}

/** The system, ready to answer. */
export interface JwtCookie {
  readonly fetch: Fetch;
  readonly doorward: Doorward;
  close(): Promise<void>;
}

/** Opens the system. Throws `CannotStart` for a key or a number that cannot be used. */
export async function createJwtCookie({ environment, dataFolder, clock }: Given): Promise<JwtCookie> {
  const tokenSeconds = numberFrom(environment, 'TOKEN_TTL_SECONDS', { usual: 1800, least: 1, most: week });
  const key = Buffer.from(await findSecret(environment, 'SECRET_KEY', dataFolder));
  const carrier = jwtCookie(key);
  const doorward = await createDoorward({ dataFolder, carriers: [carrier], ...(clock && { clock }) });
  const hint = await keepDemoAccount(doorward, environment['DEMO'] === '1');
  const parts: Parts = { doorward, carrier, key, tokenSeconds, hint };

  const fetch = createRoutes(
    {
      'GET /': (c) => showHome(parts, c),
      'GET /home': (c) => showHome(parts, c),
      'GET /login': (c) => showLogin(parts, c),
      'POST /login': (c) => (wantsPage(c) ? logInPerson(parts, c) : logInProgram(parts, c)),
      'POST /logout': (c) => logOut(parts, c),
      'GET /auth': (c) => tellToken(parts, c),
      'GET /public': (c) => c.text('Public Content'),
      'GET /style.css': () => sendFile('style.css', 'text/css; charset=utf-8'),
      'GET /icon.svg': () => sendFile('icon.svg', 'image/svg+xml'),
    },
    ({ status, message, headers }) => Response.json({ message }, { status, headers }),
  );
  return { fetch, doorward, close: doorward.close };
}

const week = 7 * 24 * 60 * 60;
