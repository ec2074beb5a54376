/**
 * The demonstration: three calls with a cookie and an account whose password anybody may know. Its messages are its
 * own, its sessions are the ones of the API.
 */
import { createRoutes, type Fetch, Refused, readJson } from '@doorward/examples-kit';
import { type Doorward, Failure } from 'doorward';
import type { Parts } from './parts.ts';
import type { Settings } from './settings.ts';

/** Makes the three calls. */
export function createDemonstration({ sessions }: Parts): Fetch {
  const wrong = new Refused(401, 'Invalid credentials');
  return createRoutes(
    {
      'POST /login': async (c) => {
        const fields = await readJson(c.req.raw);
        const [name, password] = [fields.get('username'), fields.get('password')];
        if (typeof name !== 'string' || typeof password !== 'string') throw wrong;
        await sessions.begin(c, { name, password }, wrong);
        return c.json({ message: 'Logged in successfully' });
      },
      'GET /protected-resource': async (c) => {
        const { accountName } = await sessions.caller(c).catch(asUnauthorized);
        return c.json({ message: 'This is a protected resource', user: accountName });
      },
      'POST /logout': async (c) => {
        await sessions.end(c, await sessions.caller(c).catch(asNobody));
        return c.json({ message: 'Logged out successfully' });
      },
    },
    messageJson,
  );
}

/** The demonstration's shape of an error: `{"message":"…"}`. */
export const messageJson = ({ status, message, headers }: Refused): Response =>
  Response.json({ message }, { status, headers });

const isUnproven = (thrown: unknown): boolean =>
  thrown instanceof Refused && (thrown.status === 401 || thrown.status === 403);

/** The demonstration makes no difference between no cookie and a bad one. */
function asUnauthorized(thrown: unknown): never {
  throw isUnproven(thrown) ? new Refused(401, 'Unauthorized') : thrown;
}

/** Whoever is not signed in may sign out. */
function asNobody(thrown: unknown): undefined {
  if (!isUnproven(thrown)) throw thrown;
  return undefined;
}

/**
 * Sees to it that there is one account with a username, the one that the environment names, with the password that
 * it names; none if it names none. While nothing changes there, the account keeps its sessions.
 */
export async function keepDemoAccount(doorward: Doorward, demo: Settings['demo']): Promise<void> {
  if (demo && (await isKept(doorward, demo))) return;
  for (const { id, username } of await doorward.accounts.search({ limit: Number.MAX_SAFE_INTEGER }))
    if (username !== undefined) await doorward.accounts.delete(id);
  if (!demo) return;
  const { username, password } = demo;
  await doorward.accounts.create({ username, password, name: username, dangerouslyTakeAnyPassword: true });
}

/** Asks as a caller would: by HTTP Basic. */
async function isKept(
  doorward: Doorward,
  { username, password }: NonNullable<Settings['demo']>,
): Promise<boolean> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  try {
    await doorward.authenticate({ header: () => authorization, cookie: () => undefined, network: 'start' }, [
      'basic',
    ]);
    return true;
  } catch (thrown) {
    if (thrown instanceof Failure) return false;
    throw thrown;
  }
}
