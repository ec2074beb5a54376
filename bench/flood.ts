/**
 * How long people who are signed in wait for a check while a flood of sign-ins keeps every processor busy, beside how long they
 * wait in calm. Both were measured by the same connections, one after the other in each round.
 */
import { setTimeout } from 'node:timers/promises';
import type { AskFlood } from './ask.ts';
import type { Figure, Measurement } from './contract.ts';
import { drive, type Measured, raw } from './load.ts';
import { start, startProgram, usageOf, withFolder } from './processes.ts';
import { median, progress } from './report.ts';
import { type Built, startBuilt } from './start-up.ts';

const rounds = 9;
const strangers = 300;
/** Checks in calm and in the flood, each round. */
const checks = 5000;
/** Seconds of processor time in half a second below which a server has nothing left to hash. */
const resting = 0.1;

/** Checks of one person after another, in calm and in a flood. */
export const floodOfSignIns = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const { cookies, stop } = await start({ serve: 'doorward', dataFolder, accounts: 100, sessions: 400 });
    await stop();
    // As behind a proxy, so that the budget of one network does not end the flood.
    const flags = ['--trusted-proxies', '127.0.0.1', '--production', 'yes'];
    const server = await startBuilt(['--data-folder', dataFolder, ...flags]);
    try {
      await checked(server, cookies);
      const calm: Measured[] = [];
      const flooded: Measured[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        progress(`  round ${round} of ${rounds}`);
        calm.push(await checked(server, cookies));
        const ask: AskFlood = { port: server.port, strangers };
        const flood = await startProgram('flooding.ts', ask);
        flooded.push(await checked(server, cookies));
        if (!flood.usage()) throw new Error('the flood ended by itself');
        await flood.stop();
        await rested(server);
      }
      const ratio = median(flooded.map(({ p99 }, at) => p99 / (calm[at]?.p99 ?? Number.NaN)));
      const figures = [figureOf('Doorward, in a flood', flooded), figureOf('Doorward, in calm', calm)];
      return [{ name: 'flood', values: { ratio, p99: figures[0]?.p99 }, figures }];
    } finally {
      await server.stop();
    }
  });

/** One connection that asks who is signed in, each time as somebody else. */
function checked({ port }: Built, cookies: readonly string[]): Promise<Measured> {
  const asked = cookies.map((cookie) => raw({ path: '/api/v1/session', headers: { cookie } }));
  let turn = 0;
  const talker = {
    next: () => asked[(turn += 1) % asked.length] ?? '',
    heard: ({ status, body }: { status: number; body: string }) => {
      if (status !== 200) throw new Error(`answered ${status}: ${body}`);
    },
  };
  return drive({ port, talkers: [talker], requests: checks });
}

/** What was waiting to be hashed is hashed even when nobody hears of it any more. */
async function rested({ pid }: Built): Promise<void> {
  for (;;) {
    const before = usageOf(pid)?.cpu ?? 0;
    await setTimeout(500);
    if ((usageOf(pid)?.cpu ?? 0) - before < resting) return;
  }
}

const figureOf = (server: string, all: readonly Measured[]): Figure => ({
  server,
  perSecond: median(all.map(({ perSecond }) => perSecond)),
  p50: median(all.map(({ p50 }) => p50)),
  p99: median(all.map(({ p99 }) => p99)),
  cpu: undefined,
  megabytes: undefined,
});
