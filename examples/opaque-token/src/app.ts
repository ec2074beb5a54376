/** A server that hands out random tokens. It asks for no password: it teaches what comes afterwards. */
import { join } from 'node:path';
import {
  createRoutes,
  type Environment,
  errorJson,
  type Fields,
  networkOf,
  numberFrom,
  Refused,
  readForm,
  refusing,
  type System,
  textOf,
  wireOf,
} from '@doorward/examples-kit';
import { type Clock, createDoorward, type Doorward, type Principal, type SessionCarrier } from 'doorward';
import type { Context } from 'hono';
import { formToken } from './carrier.ts';
import { createLogIn } from './log-in.ts';
import { openTokenStore } from './token-store.ts';

/** What the system is made of; `clock` is the machine's unless a test gives another. */
export interface Options {
  readonly environment: Environment;
  readonly dataFolder: string;
  readonly clock?: Clock;
}

/** Latin e-mail addresses, as most people have them; the finer rules are Doorward's. */
const emailAddress = /^[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$/;

/** The id in a form, as all spellings of one address are written. */
const idOf = (form: Fields): string => (textOf(form, 'id') ?? '').toLowerCase();

/** Makes the system. Throws `CannotStart` for a wrong setting. */
export async function createOpaqueToken({ environment, dataFolder, clock }: Options): Promise<System> {
  const lifeSeconds = numberFrom(environment, 'TOKEN_TTL_SECONDS', { usual: 1800, least: 1, most: 86_400 });
  const mostTokens = numberFrom(environment, 'MAX_TOKENS', { usual: 10_000, least: 1, most: 1_000_000 });
  const tokens = openTokenStore(join(dataFolder, 'tokens.db'));
  const carrier = formToken(tokens);
  const doorward = await createDoorward({
    dataFolder,
    issuer: 'http://localhost:5000',
    carriers: [carrier],
    ...(clock && { clock }),
  });
  const now = clock?.now ?? Date.now;
  const logIn = createLogIn({ doorward, tokens, carrier, now, lifeSeconds, mostTokens });
  const authenticate = createCheck(doorward, carrier);
  return {
    fetch: createRoutes(
      {
        'GET /': (c) => c.text('Authentication server running'),
        'POST /login': async (c) => {
          const id = idOf(await readForm(c.req.raw));
          const noAddress = new Refused(400, 'id must be an e-mail address');
          if (!emailAddress.test(id)) throw noAddress;
          const token = await logIn(id, networkOf(c)).catch(refusing(['input_invalid'], noAddress));
          return c.json({ message: 'Login successful', token });
        },
        'POST /echo': async (c) => {
          const form = await readForm(c.req.raw);
          await authenticate(c, form);
          const text = textOf(form, 'text');
          if (text === undefined) throw new Refused(400, 'text is missing');
          return c.text(`You said: ${text}`, 200, { 'content-type': 'text/plain; charset=utf-8' });
        },
        'POST /logout': async (c) => {
          const { accountId, session } = await authenticate(c, await readForm(c.req.raw));
          if (session) await doorward.sessions.end(accountId, session.id);
          return c.json({ message: 'Logged out' });
        },
      },
      errorJson,
    ),
    close: async () => {
      await doorward.close();
      tokens.close();
    },
  };
}

/** Whose token came with a form. One that was issued to another id is as wrong as one that nobody has. */
const createCheck =
  (doorward: Doorward, carrier: SessionCarrier) =>
  async (c: Context, form: Fields): Promise<Principal> => {
    const invalid = new Refused(401, 'Invalid token');
    const wire = wireOf(c, { token: textOf(form, 'token') ?? '' });
    const principal = await doorward
      .authenticate(wire, [carrier.name])
      .catch(refusing(['credentials_invalid'], invalid));
    if (principal.accountName !== idOf(form)) throw invalid;
    return principal;
  };
