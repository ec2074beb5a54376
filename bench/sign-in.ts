/**
 * Sign-ins over HTTP against the bare argon2id rate of the machine: the same library, parameters and parallelism, without
 * anything around it.
 */
import { availableParallelism } from 'node:os';
import { argon2Parameters } from '../packages/server/src/domain/accounts/passwords.ts';
import { loadArgon2 } from '../packages/server/src/program/argon2.ts';
import { drive, raw } from './load.ts';
import { start, withFolder } from './processes.ts';
import { type Finding, median, shown } from './report.ts';

const rounds = 5;
const signIns = 300;
/** Sign-ins that do not count: a server has long been warm. */
const warmUps = 3000;
const password = 'seven quiet herons wade';

/** The finding of sign-ins. */
export const signingIn = (): Promise<Finding[]> =>
  withFolder(async (dataFolder) => {
    const doorward = await start({ serve: 'doorward', dataFolder, accounts: 0, sessions: 0 });
    const ratios: number[] = [];
    const rates: number[] = [];
    try {
      const body = JSON.stringify({ email: 'ada@example.com', password });
      const headers = { 'content-type': 'application/json' };
      await fetch(`http://127.0.0.1:${doorward.port}/api/v1/accounts`, { method: 'POST', headers, body });
      await overHttp(doorward.port, warmUps);
      for (let round = 0; round < rounds; round += 1) {
        const bare = await bareRate();
        const { perSecond } = await overHttp(doorward.port, signIns);
        ratios.push(perSecond / bare);
        rates.push(perSecond);
      }
    } finally {
      await doorward.stop();
    }
    const ratio = median(ratios);
    return [
      {
        what: `sign-in, ${availableParallelism()} at once`,
        measured: `${shown(median(rates))}/s, ${shown(ratio)} × bare argon2id`,
        limit: '≥ 0.9 × bare argon2id',
        holds: ratio >= 0.9,
      },
    ];
  });

/** Verifications a second with as many at once as there are processors. */
async function bareRate(): Promise<number> {
  const argon2 = loadArgon2();
  const phc = await argon2.hash(password, argon2Parameters);
  const started = performance.now();
  let left = signIns;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await argon2.verify(phc, password);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return (signIns / (performance.now() - started)) * 1000;
}

function overHttp(port: number, requests: number): ReturnType<typeof drive> {
  const body = JSON.stringify({ identifier: 'ada@example.com', password, carrier: 'jwt' });
  const request = raw({ method: 'POST', path: '/api/v1/sessions', body });
  // More than are hashed at once, so that one is ready whenever another is done.
  const talkers = Array.from({ length: 8 * availableParallelism() }, () => ({
    next: () => request,
    heard: (answer: { status: number; body: string }) => {
      if (answer.status !== 201) throw new Error(`answered ${answer.status}: ${answer.body}`);
    },
  }));
  return drive({ port, talkers, requests });
}
