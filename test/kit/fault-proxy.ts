/**
 * A line to a database that a test can break: nobody gets through, nobody is answered, or something is sent and its answer
 * is lost. It looks for words in what travels, so whoever is to be cut off must send its statements in full.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { systemClock } from '../../packages/server/src/base/clock.ts';

/** How the line is. */
export type FaultLine =
  | 'whole'
  /** Who connects is refused, and who is connected is cut off. */
  | 'dead'
  /** Nothing gets through, and nobody hears of it. */
  | 'silent'
  /** Everything takes so many milliseconds longer. */
  | { readonly delays: number }
  /** The next that sends the words is cut off: after they arrived, before, or long before, for they are kept until `release`. */
  | { readonly cuts: 'after' | 'before' | 'keeps'; readonly words: string };

/** A line. */
export interface FaultProxy {
  readonly port: number;
  line: FaultLine;
  /** How often somebody was cut off because of their words. */
  cut(): number;
  /** Lets what was kept arrive. */
  release(): void;
  close(): Promise<void>;
}

/** Stands between a client and a server on a port of 127.0.0.1. */
export async function startFaultProxy(target: number): Promise<FaultProxy> {
  const state: State = { line: 'whole', ends: new Set(), kept: [], cuts: 0 };
  const server = createServer((near) => {
    if (state.line === 'dead') near.destroy();
    else join(near, connect(target, '127.0.0.1'), state);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy has no port');
  return {
    port: address.port,
    get line() {
      return state.line;
    },
    set line(next) {
      state.line = next;
      if (next === 'dead') for (const one of state.ends) one.destroy();
    },
    cut: () => state.cuts,
    release: () => {
      for (const send of state.kept.splice(0)) send();
    },
    close: async () => {
      for (const one of state.ends) one.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

interface State {
  line: FaultLine;
  readonly ends: Set<Socket>;
  readonly kept: (() => void)[];
  cuts: number;
}

/** Hands on what one end says to the other, as the line allows. */
function join(near: Socket, far: Socket, state: State): void {
  let loses = false;
  const end = (): void => {
    near.destroy();
    far.destroy();
  };
  near.on('data', (bytes) => {
    const { line } = state;
    if (line === 'silent') return;
    if (typeof line === 'string' || 'delays' in line || !bytes.includes(line.words))
      return late(line, () => far.write(bytes));
    state.cuts += 1;
    state.line = 'whole';
    loses = true;
    if (line.cuts === 'after') return void far.write(bytes);
    if (line.cuts === 'before') return end();
    state.kept.push(() => void far.write(bytes));
    near.removeListener('close', end);
    return void near.destroy();
  });
  far.on('data', (bytes) => {
    if (loses) near.destroy();
    else if (state.line !== 'silent') late(state.line, () => near.write(bytes));
  });
  for (const one of [near, far]) {
    state.ends.add(one);
    one.on('error', () => undefined).on('close', end);
  }
}

/** Now, or as late as the line is slow. */
function late(line: FaultLine, send: () => void): void {
  if (typeof line === 'object' && 'delays' in line) systemClock.after(line.delays, send);
  else send();
}
