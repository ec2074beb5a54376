/**
 * A line to a server that a test can cut: nobody gets through, or a request gets there and its answer is lost on the way
 * back.
 */
import { connect, createServer, type Socket } from 'node:net';
import { listening } from '../guard/listening.ts';

/** How the line is: whole; dead; or losing the answers to requests whose path is this. */
export type Line = 'whole' | 'dead' | { readonly loses: string };

/** A line. */
export interface CuttingProxy {
  readonly origin: string;
  line: Line;
  /** How many answers were lost. */
  lost(): number;
  close(): Promise<void>;
}

/** Stands between a client and the server at `origin`. */
export async function startCuttingProxy(origin: string): Promise<CuttingProxy> {
  const { port } = new URL(origin);
  const ends = new Set<Socket>();
  let lost = 0;
  const server = createServer((near) => {
    if (proxy.line === 'dead') return void near.destroy();
    const far = connect(Number(port), '127.0.0.1');
    let drops = false;
    const cut = (): void => {
      for (const end of [near, far]) {
        end.destroy();
        ends.delete(end);
      }
    };
    near.on('data', (bytes) => {
      if (proxy.line === 'dead') return cut();
      drops = typeof proxy.line === 'object' && bytes.includes(`POST ${proxy.line.loses} `);
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!drops) return void near.write(bytes);
      lost++;
      cut();
    });
    for (const end of [near, far]) ends.add(end).add(end.on('error', cut).on('close', cut));
  });
  const { origin: own, close } = await listening(server);
  const proxy: CuttingProxy = {
    origin: own,
    line: 'whole',
    lost: () => lost,
    close: async () => {
      for (const end of ends) end.destroy();
      await close();
    },
  };
  return proxy;
}
