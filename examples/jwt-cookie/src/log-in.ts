/**
 * Logging in and out. People come with a form and go on to a page; programs get JSON.
 */
import { type Fields, networkOf, Refused, readForm, textOf } from '@doorward/examples-kit';
import { Failure, type FailureCode, failures } from 'doorward';
import type { Context } from 'hono';
import { sendPage, showLogin } from './answers.ts';
import { clearSession, putCookie } from './cookies.ts';
import { mayBeForged, wantsPage } from './csrf.ts';
import { failurePage } from './pages.ts';
import { type Parts, whoAsks } from './visitor.ts';

const notOurForm = 'This form is too old, or it is not ours. Please try again.';

/** `POST /login` of a program. */
export async function logInProgram(parts: Parts, c: Context): Promise<Response> {
  const fields = await readForm(c.req.raw);
  if (mayBeForged(parts.key, c, fields)) throw new Refused(403, notOurForm);
  try {
    await beginSession(parts, c, fields);
  } catch (thrown) {
    if (!isWrongPassword(thrown)) throw thrown;
    c.header('www-authenticate', 'Basic realm="Authentication Failed!"');
    return c.text('Could not verify!', 403);
  }
  return c.json({ message: 'Logged in successfully' });
}

/** `POST /login` of a person. Without `WWW-Authenticate`: a browser would open a window of its own for it. */
export async function logInPerson(parts: Parts, c: Context): Promise<Response> {
  const fields = await readForm(c.req.raw);
  try {
    if (mayBeForged(parts.key, c, fields)) throw new Refused(403, notOurForm);
    await beginSession(parts, c, fields);
  } catch (thrown) {
    return showLogin(parts, c, { ...forPeople(thrown), username: textOf(fields, 'username') });
  }
  return c.redirect('/', 303);
}

/** `POST /logout`: ends the session, so that its token is refused from now on, and clears the cookie. */
export async function logOut(parts: Parts, c: Context): Promise<Response> {
  const person = wantsPage(c);
  if (mayBeForged(parts.key, c, await readForm(c.req.raw))) {
    if (person) return sendPage(c, failurePage(notOurForm), 403);
    throw new Refused(403, notOurForm);
  }
  const visitor = await whoAsks(parts, c);
  if (typeof visitor !== 'string') {
    const { id, accountId } = visitor.session;
    await parts.doorward.sessions.end(accountId, id).catch(unlessEnded);
  }
  clearSession(c);
  return person ? c.redirect('/', 303) : c.json({ message: 'Logged out successfully' });
}

/** Proves the password and sets the cookie. Throws `Refused` for a missing field, and failures of Doorward. */
async function beginSession(parts: Parts, c: Context, fields: Fields): Promise<void> {
  const [username, password] = [textOf(fields, 'username'), textOf(fields, 'password')];
  if (username === undefined) throw new Refused(400, 'username is missing');
  if (password === undefined) throw new Refused(400, 'password is missing');
  const before = await whoAsks(parts, c);
  const { delivery } = await parts.doorward.sessions.create({
    identifier: username,
    password,
    carrier: parts.carrier,
    lifeSeconds: parts.tokenSeconds,
    network: networkOf(c),
    clientName: 'jwt-cookie',
    // The browser is about to forget its old token: nobody else should remember it.
    replaces: typeof before === 'string' ? [] : [before.session],
  });
  for (const cookie of delivery.cookies) putCookie(c, cookie);
}

/** Doorward says the same, after the same time, of a wrong password and of a name that nobody has. */
const isWrongPassword = (thrown: unknown): boolean =>
  thrown instanceof Failure && thrown.code === 'sign_in_refused';

/** Why a login was refused, for the login page. Throws on what is no refusal. */
function forPeople(thrown: unknown): { message: string; status: number } {
  if (isWrongPassword(thrown)) return { message: 'Wrong username or password.', status: 403 };
  if (thrown instanceof Refused) return { message: thrown.message, status: thrown.status };
  if (!(thrown instanceof Failure)) throw thrown;
  const { title, status } = failures[thrown.code as FailureCode];
  return { message: title, status };
}

/** Two log-outs at once, and this one came second: all is well. */
function unlessEnded(thrown: unknown): void {
  if (!(thrown instanceof Failure && thrown.code === 'not_found')) throw thrown;
}
