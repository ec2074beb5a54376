import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { person } from '../../journeys/cast.ts';
import { lightArgon2 } from '../../kit/light-argon2.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, goodPassword, visit } from '../../kit/visitor.ts';

/** Sign-ins that are answered when the test says so. */
let gate: PromiseWithResolvers<void>;
let running = 0;
let peak = 0;
let serving: Serving;

beforeEach(async () => {
  serving = await serveHandler({
    lightHashing: true,
    settings: { hashingConcurrency: 2, hashingQueue: 8, networkAttempts: 1000, accountAttempts: 100 },
  });
  [running, peak] = [0, 0];
});
afterEach(async () => {
  gate.resolve();
  vi.restoreAllMocks();
  await serving.close();
});

/** From now on every comparison waits for the gate. */
function holdHashing(): void {
  gate = Promise.withResolvers();
  const { verify } = lightArgon2;
  vi.spyOn(lightArgon2, 'verify').mockImplementation(async (phc, password) => {
    running += 1;
    peak = Math.max(peak, running);
    await gate.promise;
    running -= 1;
    return verify(phc, password);
  });
}

const signInFrom = (peer: string, password = goodPassword): Promise<Answer> =>
  visit(serving, { program: true, peer }).ask('POST', '/api/v1/sessions', {
    body: { identifier: 'ada@example.com', password, carrier: 'opaque' },
  });

const countOf = (answers: readonly Answer[], status: number): number =>
  answers.filter((answer) => answer.status === status).length;

describe('PWD-10: a flood of sign-ins', () => {
  test('gets 503 with Retry-After at once past the queue, sessions are served meanwhile, and it recovers', async () => {
    const ada = await person(serving, 'ada');
    holdHashing();
    const answered: Answer[] = [];
    const flood = Array.from({ length: 60 }, (_, turn) =>
      signInFrom(`192.0.2.${turn}`).then((answer) => {
        answered.push(answer);
        return answer;
      }),
    );
    await vi.waitFor(() => expect(answered).toHaveLength(50), { timeout: 5000, interval: 5 });
    for (const answer of answered) {
      expect([answer.status, answer.json['code']]).toEqual([503, 'hashing_busy']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(answer.json['retry_after']).toBe(Number(answer.headers.get('retry-after')));
    }
    expect(serving.assembly.ports.passwords.load()).toEqual({ running: 2, waiting: 8 });
    // Whoever is signed in already notices nothing.
    for (let turn = 0; turn < 20; turn += 1)
      expect((await ada.ask('GET', '/api/v1/session')).status).toBe(200);
    gate.resolve();
    const all = await Promise.all(flood);
    expect([countOf(all, 201), countOf(all, 503)]).toEqual([10, 50]);
    expect(peak).toBe(2);
    expect(serving.assembly.ports.passwords.load()).toEqual({ running: 0, waiting: 0 });
    expect((await signInFrom('198.51.100.1')).status).toBe(201);
  });

  test('from one network leaves room for the others', async () => {
    await person(serving, 'ada');
    holdHashing();
    let refused = 0;
    const flood = Array.from({ length: 30 }, async () => {
      const answer = await signInFrom('192.0.2.1', 'wrong password');
      if (answer.status === 503) refused += 1;
      return answer;
    });
    await vi.waitFor(() => expect(running).toBe(2), { timeout: 5000, interval: 5 });
    const owner = signInFrom('198.51.100.1');
    await vi.waitFor(() => expect(serving.assembly.ports.passwords.load().waiting).toBe(5), {
      timeout: 5000,
      interval: 5,
    });
    // All have come: nobody takes a place that becomes free.
    await vi.waitFor(() => expect(refused).toBe(24), { timeout: 5000, interval: 5 });
    gate.resolve();
    expect((await owner).status).toBe(201);
    expect(countOf(await Promise.all(flood), 503)).toBe(24);
  });

  test('spends nobody’s attempts, and writes nothing for whoever is turned away', async () => {
    await person(serving, 'ada');
    const spent = vi.fn<(key: string) => void>();
    holdHashing();
    const waiting = Array.from({ length: 10 }, (_, turn) => signInFrom(`192.0.2.${turn}`));
    await vi.waitFor(() => expect(serving.assembly.ports.passwords.load().waiting).toBe(8), {
      timeout: 5000,
      interval: 5,
    });
    const written = vi.spyOn(serving.assembly.ports.store, 'transact');
    // Far more often than the budget of 100 would allow.
    for (let turn = 0; turn < 130; turn += 1) {
      const answer = await signInFrom('198.51.100.1');
      if (answer.status !== 503) spent(String(answer.status));
    }
    expect(spent).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
    gate.resolve();
    expect(countOf(await Promise.all(waiting), 201)).toBe(10);
    expect((await signInFrom('198.51.100.1')).status).toBe(201);
  });

  test('of sign-ups is bounded by the same queue', async () => {
    gate = Promise.withResolvers();
    const { hash } = lightArgon2;
    vi.spyOn(lightArgon2, 'hash').mockImplementation(async (password, parameters) => {
      await gate.promise;
      return hash(password, parameters);
    });
    const answers: Answer[] = [];
    const flood = Array.from({ length: 30 }, async (_, turn) => {
      const visitor = visit(serving, { program: true, peer: `192.0.2.${turn}` });
      answers.push(
        await visitor.ask('POST', '/api/v1/accounts', {
          body: { username: `p${turn}`, password: goodPassword },
        }),
      );
    });
    await vi.waitFor(() => expect(answers).toHaveLength(20), { timeout: 5000, interval: 5 });
    expect(countOf(answers, 503)).toBe(20);
    gate.resolve();
    await Promise.all(flood);
    expect(countOf(answers, 201)).toBe(10);
  });
});
