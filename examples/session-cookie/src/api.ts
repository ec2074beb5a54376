/** The user API under /api/v1. The table says what there is to call, and which calls need a caller who is known. */
import {
  createRoutes,
  errorJson,
  type Fetch,
  type Handler,
  Refused,
  readFormOrJson,
  readJson,
} from '@doorward/examples-kit';
import type { Context } from 'hono';
import { inWrongFormat, namesIn, required } from './fields.ts';
import type { Parts } from './parts.ts';
import type { User } from './users.ts';

/** Makes the API. */
export function createApi(parts: Parts): Fetch {
  const { doorward, users, sessions, now } = parts;
  const { caller, signedIn, named, governed } = accessTo(parts);
  const table = {
    'GET /api/v1/status': (c) => c.json({ status: 'OK' }),
    'GET /api/v1/unauthorized': () => refuse(401, 'Unauthorized'),
    'GET /api/v1/forbidden': () => refuse(403, 'Forbidden'),

    'GET /api/v1/stats': signedIn((c) => c.json({ users: users.count() })),
    'GET /api/v1/users': signedIn((c) => c.json(users.list())),
    'GET /api/v1/users/:id': signedIn((c, self) => c.json(named(c, self))),

    // The first user has nobody to be made by; all others are made by somebody who is signed in.
    'POST /api/v1/users': async (c) => {
      const vouched = users.count() > 0;
      if (vouched) await caller(c);
      return c.json(await signUp(parts, c, vouched), 201);
    },
    'PUT /api/v1/users/:id': signedIn(async (c, self) => {
      const { id } = governed(c, self);
      const names = namesIn(await readJson(c.req.raw).catch(inWrongFormat));
      return c.json(users.rename(id, { ...names, now: now() }) ?? refuse(404, 'Not found'));
    }),
    'DELETE /api/v1/users/:id': signedIn(async (c, self) => {
      const { id } = governed(c, self);
      // One transaction of Doorward: from its commit on, neither the account nor any session of it is left.
      await doorward.accounts.delete(id);
      users.remove(id);
      sessions.forgetAccount(id);
      return c.json({});
    }),
  } satisfies Record<string, Handler>;
  // Whoever sends a password with every call has no session to begin or to end.
  return createRoutes(isBasic(parts) ? table : { ...table, ...sessionRoutes(parts) }, errorJson);
}

const isBasic = ({ settings }: Parts): boolean => settings.authType === 'basic_auth';

/** Who calls, and whom a caller may see and change. */
function accessTo(parts: Parts) {
  const { users, sessions } = parts;

  async function caller(c: Context): Promise<User> {
    const { accountId } = await sessions.caller(c, isBasic(parts) ? 'basic' : 'uuid-cookie');
    return users.find(accountId) ?? refuse(403, 'Forbidden');
  }

  /** A call for whoever is known. */
  const signedIn =
    (answer: (c: Context, self: User) => Response | Promise<Response>): Handler =>
    async (c) =>
      answer(c, await caller(c));

  /** The user that the path names. */
  function named(c: Context, self: User): User {
    const id = c.req.param('id') ?? '';
    return id === 'me' ? self : (users.find(id) ?? refuse(404, 'Not found'));
  }

  /** The same, for whoever may change it: the user and the administrator. */
  function governed(c: Context, self: User): User {
    const user = named(c, self);
    return user.id === self.id || users.isAdministrator(self.id) ? user : refuse(403, 'Forbidden');
  }

  return { caller, signedIn, named, governed };
}

function sessionRoutes({ users, sessions }: Parts) {
  const wrong = new Refused(401, 'wrong email or password');
  return {
    'POST /api/v1/auth_session/login': async (c) => {
      const fields = await readFormOrJson(c.req.raw).catch(inWrongFormat);
      const [name, password] = [required(fields, 'email'), required(fields, 'password')];
      // A bare name is the demonstration's account, which is no user.
      if (!name.includes('@')) throw wrong;
      const { id } = await sessions.begin(c, { name, password }, wrong);
      return c.json(users.find(id) ?? refuse(403, 'Forbidden'));
    },
    'DELETE /api/v1/auth_session/logout': async (c) => {
      await sessions.end(c, await sessions.caller(c));
      return c.json({});
    },
  } satisfies Record<string, Handler>;
}

async function signUp({ doorward, users }: Parts, c: Context, vouched: boolean): Promise<User> {
  const fields = await readJson(c.req.raw).catch(inWrongFormat);
  const [email, password] = [required(fields, 'email'), required(fields, 'password')];
  const names = namesIn(fields);
  const { id, createdAt } = await doorward.accounts
    .create({ email, password, name: email })
    .catch(inWrongFormat);
  const user = users.add({ id, email, ...names, vouched, now: createdAt });
  if (user) return user;
  // Another first user was quicker.
  await doorward.accounts.delete(id);
  return refuse(401, 'Unauthorized');
}

function refuse(status: number, message: string): never {
  throw new Refused(status, message);
}
