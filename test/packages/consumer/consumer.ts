/**
 * A program that uses the three packages as anybody would who has installed them: a server inside, a client that signs
 * in over a socket, and an API behind a guard in each of its three settings. It prints what it met.
 */
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '@doorward/client';
import { type Guard, guard } from '@doorward/guard';
import { protect } from '@doorward/guard/node';
import { createAdaptorServer } from '@hono/node-server';
import { createDoorward, type Doorward } from 'doorward';

/** Milliseconds within which a sign-out must have reached every guard. */
const bound = 2000;

const addressOf = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** The server knows its own address, so listening comes first. */
async function serveDoorward(): Promise<{ doorward: Doorward; issuer: string; server: Server }> {
  const server = createAdaptorServer({
    fetch: (request, { incoming }) => doorward.fetch(request, { peer: incoming.socket.remoteAddress }),
  });
  const issuer = await addressOf(server);
  const doorward = await createDoorward({ dataFolder: `data-${process.versions.node}`, issuer });
  return { doorward, issuer, server };
}

const serveApi = async (
  name: string,
  api: Guard,
): Promise<{ name: string; origin: string; server: Server }> => {
  const listener = protect(api)((_request, response, principal) => {
    response.end(principal.accountId);
  });
  const server = createServer((request, response) => void listener(request, response));
  return { name, origin: await addressOf(server), server };
};

const statusOf = async (origin: string, token?: string): Promise<number> => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(origin, { headers })).status;
};

/** Asks until the answer is 401, or the bound is over. */
async function refusedWithin(origin: string, token: string): Promise<number> {
  const end = performance.now() + bound;
  let status = await statusOf(origin, token);
  while (status !== 401 && performance.now() < end) {
    await pause(20);
    status = await statusOf(origin, token);
  }
  return status;
}

const { doorward, issuer, server } = await serveDoorward();
const guards: Readonly<Record<string, Guard>> = {
  offline: guard({ issuer }),
  asking: guard({ issuer, check: 'ask' }),
  inside: guard({ issuer, doorward }),
};
const apis = await Promise.all(Object.entries(guards).map(([name, api]) => serveApi(name, api)));

const client = createClient({ issuer, origins: apis.map(({ origin }) => origin) });
const password = 'seven quiet herons wade';
const { id } = await client.signUp({ email: 'ada@example.com', password });
const { tokens } = await client.signIn({ identifier: 'ada@example.com', password });

const met: Record<string, unknown> = {};
for (const { name, origin } of apis) {
  const answer = await client.fetch(origin);
  met[name] = [await statusOf(origin), answer.status, (await answer.text()) === id];
}
const { ended } = await client.signOut();
for (const { name, origin } of apis) met[`${name} after`] = await refusedWithin(origin, tokens.accessToken);

for (const api of Object.values(guards)) api.close();
await client.close();
for (const one of [server, ...apis.map((api) => api.server)]) one.close();
await doorward.close();

const from = ['doorward', '@doorward/guard', '@doorward/client'].map((name) => import.meta.resolve(name));
console.log(JSON.stringify({ node: process.versions.node, from, ended, met }));
