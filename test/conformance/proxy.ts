/**
 * Doorward as people run it: behind a proxy that speaks https, with its issuer set to the proxy's address. The proxy names
 * the inner address as `Host`, as many do, so that whatever is built from a header would be seen to be wrong.
 */
import {
  createServer as createPlainServer,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { GivenSettings } from '../../packages/server/src/program/configuration/configuration.ts';
import { listen } from '../../packages/server/src/program/serving/listener.ts';
import { selfSigned } from '../../packages/server/test/program/certificate.ts';
import { type Serving, serveHandler } from '../kit/serving.ts';

/** A form that somebody sent to the site of an application. */
export type Sent = Readonly<Record<string, string>>;

/** The https site of an application, as far as a provider asks it anything. */
export interface Site {
  readonly origin: string;
  /** JSON documents by their path. */
  readonly documents: Map<string, unknown>;
  /** Forms that were posted to it, oldest first. */
  readonly sent: Sent[];
}

/** The server behind its proxy, and an application that it may ask. */
export interface Scene {
  readonly serving: Serving;
  readonly site: Site;
  close(): Promise<void>;
}

/** Starts proxy, server and application; from now on this process trusts the certificates of both. */
export async function openScene(settings: GivenSettings = {}): Promise<Scene> {
  const certificate = selfSigned(['localhost']);
  setDefaultCACertificates([...getCACertificates('default'), certificate.cert]);
  const site: Site = { origin: '', documents: new Map(), sent: [] };
  const application = await opened(
    createServer(certificate, (asked, answer) => void serve(site, asked, answer)),
  );
  let inner = 0;
  const proxy = await opened(createServer(certificate, (asked, answer) => forward(inner, asked, answer)));
  const serving = await serveHandler({
    lightHashing: true,
    settings: {
      issuer: proxy.origin,
      trustedProxies: ['127.0.0.1', '::1'],
      outgoingAllow: [new URL(application.origin).host],
      ...settings,
    },
  });
  const listener = await listen(serving.assembly.handler, { host: '127.0.0.1', port: 0 });
  inner = listener.port;
  return {
    serving,
    site: { ...site, origin: application.origin },
    close: async () => {
      await proxy.close();
      await listener.stop(1000);
      await serving.close();
      await application.close();
    },
  };
}

/** Listens on a free port; closing drops whoever is connected. */
async function opened(server: ReturnType<typeof createPlainServer> | ReturnType<typeof createServer>) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://localhost:${port}`,
    close: async (): Promise<void> => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function forward(port: number, asked: IncomingMessage, answer: ServerResponse): void {
  const headers = {
    ...asked.headers,
    host: `127.0.0.1:${port}`,
    'x-forwarded-for': asked.socket.remoteAddress ?? '',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': asked.headers.host ?? '',
  };
  const { method, url: path } = asked;
  const passed = request({ host: '127.0.0.1', port, method, path, headers }, (came) => {
    answer.writeHead(came.statusCode ?? 502, came.headers);
    came.pipe(answer);
  });
  passed.on('error', () => answer.writeHead(502).end());
  asked.pipe(passed);
}

async function serve(site: Site, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (asked.method === 'POST') {
    let text = '';
    for await (const chunk of asked) text += String(chunk);
    site.sent.push(Object.fromEntries(new URLSearchParams(text)));
    answer.writeHead(200).end();
    return;
  }
  const document = site.documents.get(asked.url ?? '');
  answer.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(document));
}
