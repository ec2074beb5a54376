/**
 * A flood of sign-ins, in a process of its own, so that it keeps nobody waiting who measures: as many strangers as it is told
 * try passwords on a port of 127.0.0.1, each time from another network, or the budgets of one would end the flood before
 * anything is hashed. Says one line when the server is busy with them, and when it is told to stop how often it was answered what.
 */
import { callerOf } from '../caller.ts';
import { pause } from '../pause.ts';

const [port = 0, strangers = 0] = process.argv.slice(2).map(Number);
const counts: Record<number, number> = {};
const say = (told: object): boolean => process.stdout.write(`${JSON.stringify(told)}\n`);
process.once('SIGTERM', () => {
  say(counts);
  process.exit();
});

async function tryPasswords(stranger: number): Promise<never> {
  const caller = callerOf(port);
  for (let round = 0; ; round += 1) {
    const body = { identifier: `nobody-${stranger}-${round}@example.com`, password: 'not this one' };
    const headers = { 'x-forwarded-for': `198.${18 + (round % 2)}.${stranger % 250}.${round % 250}` };
    const { status } = await caller.ask('POST', '/api/v1/sessions', { body, headers });
    if (Object.keys(counts).length === 0) say({});
    counts[status] = (counts[status] ?? 0) + 1;
    // As `Retry-After` says: this process would else be busier with asking than the server with refusing.
    if (status === 503) await pause(1000);
  }
}

await Promise.all(Array.from({ length: strangers }, (_, stranger) => tryPasswords(stranger)));
