/** The address of an application: it is known, and listened on, before the application itself is made. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The address. */
export interface Application {
  readonly origin: string;
  /** Has an application answer from now on. */
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

const nobody = (_request: IncomingMessage, response: ServerResponse): void =>
  void response.writeHead(503).end();

/** Listens on any free port. Cookies know hosts only, so this is not the host of the server. */
export async function openApplication(): Promise<Application> {
  let answer: RequestListener = nobody;
  const server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { address, port } = server.address() as AddressInfo;
  return {
    origin: `http://${address}:${port}`,
    serve: (listener) => {
      answer = listener;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
