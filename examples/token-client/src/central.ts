/** The central server: the one that `AUTH_BASE_URL` names, else a Doorward server of our own on a free loopback port. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { type Clock, createDoorward, type Doorward } from 'doorward';
import type { Settings } from './settings.ts';

/** Where the central server is. */
export interface Central {
  readonly origin: string;
  /** Stops the server if it is ours. */
  close(): Promise<void>;
}

/** Finds or starts the central server. */
export async function openCentral(
  settings: Settings,
  { dataFolder, clock }: { dataFolder: string; clock: Clock },
): Promise<Central> {
  if (settings.centralServer !== undefined)
    return { origin: settings.centralServer, close: () => Promise.resolve() };
  // A server is made for its address, so its port has to be found first; until it is made, a call waits for it.
  const made = Promise.withResolvers<Doorward>();
  const server = createAdaptorServer({
    fetch: async (request: Request, bindings: unknown) =>
      (await made.promise).fetch(request, {
        peer: (bindings as HttpBindings).incoming.socket.remoteAddress,
      }),
  }) as Server;
  const issuer = `http://127.0.0.1:${await listen(server, dataFolder)}`;
  const doorward = await createDoorward({
    dataFolder,
    issuer,
    clock,
    accessToken: Math.round(60 * settings.accessMinutes),
    // A refresh token lives as long as its session may stay unused.
    sessionIdle: Math.round(60 * settings.refreshMinutes),
  });
  made.resolve(doorward);
  return {
    origin: issuer,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await doorward.close();
    },
  };
}

/** Listens where it listened the last time, for the tokens are of that address; else on a free port. */
async function listen(server: Server, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'port.txt');
  const former = Number(await readFile(file, 'utf8').catch(() => '0'));
  const port = await listenAt(server, former).catch(() => listenAt(server, 0));
  await writeFile(file, String(port));
  return port;
}

function listenAt(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
