/**
 * What is measured, in a process of its own: our server on a data folder, or a hello-world on the same Node, with the
 * same HTTP library or with none. Told by one JSON argument; answers with one JSON line.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { loadConfiguration } from '../packages/server/src/program/configuration/configuration.ts';
import { assemble } from '../packages/server/src/program/create-doorward.ts';
import { listen } from '../packages/server/src/program/serving/listener.ts';
import type { Ask, Served } from './ask.ts';
import { seed } from './seed.ts';

const ask = JSON.parse(process.argv[2] ?? '{}') as Ask;
const nothing = { cookies: [], access: [], refreshOpaque: [], refreshJwt: [] };
const say = (served: Served): void => void process.stdout.write(`${JSON.stringify(served)}\n`);

if (ask.serve === 'hello' && ask.with === 'hono') {
  const app = new Hono().get('/hello', (context) => context.json({ hello: 'world' }));
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => say({ port, ...nothing }));
} else if (ask.serve === 'hello') {
  const server = createServer((request, response) => {
    const text = JSON.stringify({ hello: 'world' });
    response.writeHead(request.url === '/hello' ? 200 : 404, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  });
  server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port, ...nothing }));
} else {
  const { values } = loadConfiguration({
    flags: {
      dataFolder: ask.dataFolder,
      databaseUrl: ask.databaseUrl,
      databasePrepared: ask.databasePrepared ?? 'yes',
      networkAttempts: 1_000_000,
      accountAttempts: 100,
      signUpAttempts: 1_000_000,
      // As it serves people: what developers get beside it costs every answer a little.
      production: 'yes',
    },
  });
  const assembly = await assemble(values, {
    port: 0,
    report: (thrown) => void process.stderr.write(`${String(thrown)}\n`),
  });
  const tokens = await seed(assembly.ports, ask);
  const listener = await listen(assembly.handler, { host: '127.0.0.1', port: 0 });
  say({ port: listener.port, ...tokens });
}
