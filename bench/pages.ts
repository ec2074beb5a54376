/** The sign-in page: how long the server takes for it, and all that goes over the wire until it is drawn. */
import { connect } from 'node:net';
import type { Measurement } from './contract.ts';
import { drive, type Measured, raw } from './load.ts';
import { start, withFolder } from './processes.ts';
import { median } from './report.ts';

const path = '/sign-in';
const rounds = 5;
const requests = 500;
/** Requests that do not count: a server has long been warm. */
const warmUps = 300;
/** What a browser sends along that asks for a page and its files. */
const headers = { 'accept-encoding': 'gzip, deflate, br, zstd', accept: 'text/html' };

/** One browser that asks again and again. */
const asker = {
  next: () => raw({ path, headers }),
  heard: ({ status }: { readonly status: number }) => {
    if (status !== 200) throw new Error(`answered ${status}`);
  },
};

/** The sign-in page. */
export const signInPage = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const doorward = await start({ serve: 'doorward', dataFolder, accounts: 100, sessions: 0 });
    try {
      const { port } = doorward;
      const ask = (many: number): Promise<Measured> => drive({ port, requests: many, talkers: [asker] });
      await ask(warmUps);
      const medians: number[] = [];
      for (let round = 0; round < rounds; round += 1) medians.push((await ask(requests)).p50);
      const page = await answerTo(port, path);
      const files = [...page.toString('latin1').matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)];
      const parts = await Promise.all(
        [...new Set(files.map(([, file = '']) => file))].map((file) => answerTo(port, file)),
      );
      const bytes = [page, ...parts].reduce((sum, { byteLength }) => sum + byteLength, 0);
      return [{ name: 'sign-in-page', values: { median: median(medians), kilobytes: bytes / 1000 } }];
    } finally {
      await doorward.stop();
    }
  });

/** All bytes of an answer, head and body. */
const answerTo = (port: number, file: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1' }, () =>
      socket.write(raw({ path: file, headers: { ...headers, connection: 'close' } })),
    );
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(chunks)));
  });
