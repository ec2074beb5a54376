/**
 * Sign-ins over HTTP against the bare argon2id rate of the machine: the same library, parameters and parallelism, without
 * anything around it.
 */
import { availableParallelism } from 'node:os';
import { argon2Parameters } from '../packages/server/src/domain/accounts/passwords.ts';
import { loadArgon2 } from '../packages/server/src/program/accounts/argon2.ts';
import type { Measurement } from './contract.ts';
import { drive, raw } from './load.ts';
import { start, withFolder } from './processes.ts';
import { median } from './report.ts';

const rounds = 9;
const signIns = 200;
/** Sign-ins that do not count: a server has long been warm. */
const warmUps = 3000;
const password = 'seven quiet herons wade';

/** Sign-ins. */
export const signingIn = (): Promise<Measurement[]> =>
  withFolder(async (dataFolder) => {
    const doorward = await start({ serve: 'doorward', dataFolder, accounts: 0, sessions: 0 });
    const ratios: number[] = [];
    const rates: number[] = [];
    try {
      const body = JSON.stringify({ email: 'ada@example.com', password });
      const headers = { 'content-type': 'application/json' };
      await fetch(`http://127.0.0.1:${doorward.port}/api/v1/accounts`, { method: 'POST', headers, body });
      await overHttp(doorward.port, warmUps);
      let before = await bareRate();
      for (let round = 0; round < rounds; round += 1) {
        const { perSecond } = await overHttp(doorward.port, signIns);
        const after = await bareRate();
        // The machine's speed drifts: what stands on both sides is what it had meanwhile.
        ratios.push(perSecond / ((before + after) / 2));
        rates.push(perSecond);
        before = after;
      }
    } finally {
      await doorward.stop();
    }
    const values = { perSecond: median(rates), ratio: median(ratios) };
    return [{ name: 'sign-in-argon2', values }];
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
