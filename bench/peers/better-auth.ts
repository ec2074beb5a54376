/**
 * better-auth (https://www.better-auth.com), in a process of its own, as its documentation tells to run it on Node's own
 * SQLite: with its defaults for passwords and sessions, the file in WAL mode and synchronous as ours is, without the limit
 * of requests that would end a bench, and without writing logs.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import type { AskBetterAuth, ServedBetterAuth } from '../ask.ts';

const { dataFolder, email, password, sessions } = JSON.parse(process.argv[2] ?? '{}') as AskBetterAuth;
const origin = 'http://localhost:3000';
const database = new DatabaseSync(join(dataFolder, 'better-auth.db'));
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16000');

const options = {
  database,
  baseURL: origin,
  secret: 'a secret of the bench that is long enough for everybody',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);

const cookies: string[] = [];
await signUp(email);
for (let at = 0; at < sessions; at += 1) cookies.push(await signUp(`person-${at}@example.com`));
const handle = toNodeHandler(auth);
const server = createServer((request, response) => void handle(request, response));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port, origin, cookies } satisfies ServedBetterAuth)}\n`);
});

/** Makes an account, which signs in at once, and returns its cookie. */
async function signUp(address: string): Promise<string> {
  const request = new Request(`${origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email: address, password, name: 'A Person' }),
  });
  const response = await auth.handler(request);
  const [cookie] = response.headers.getSetCookie();
  if (cookie === undefined) throw new Error(`the sign-up was answered ${response.status}`);
  return cookie.slice(0, cookie.indexOf(';'));
}
