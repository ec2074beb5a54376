/**
 * A flood of sign-ins, in a process of its own: hundreds of strangers who try passwords as fast as they are answered, from
 * networks all over the world. Told by one JSON argument; says one line when the first is turned away, so that the server is busy
 * with all that it takes, and goes on until it is ended.
 */
import { setTimeout } from 'node:timers/promises';
import type { AskFlood } from './ask.ts';

const { port, strangers } = JSON.parse(process.argv[2] ?? '{}') as AskFlood;
let isSaid = false;

async function tryPasswords(stranger: number): Promise<never> {
  for (let round = 0; ; round += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/sessions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-forwarded-for': `198.${18 + (round % 2)}.${stranger % 250}.${round % 250}`,
      },
      body: JSON.stringify({
        identifier: `nobody-${stranger}-${round}@example.com`,
        password: 'not this one',
      }),
    });
    await answer.arrayBuffer();
    if (answer.status !== 401 && answer.status !== 503) throw new Error(`answered ${answer.status}`);
    if (answer.status === 401) continue;
    if (!isSaid) process.stdout.write('{}\n');
    isSaid = true;
    // As `Retry-After` says.
    await setTimeout(1000);
  }
}

await Promise.all(Array.from({ length: strangers }, (_, stranger) => tryPasswords(stranger)));
