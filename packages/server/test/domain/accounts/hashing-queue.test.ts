import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHashingQueue, type HashingQueue } from '../../../src/domain/accounts/hashing-queue.ts';

/** A job that ends when it is told to, and tells when it began. */
interface Job {
  readonly network: string;
  readonly finish: () => void;
  readonly done: Promise<unknown>;
}

interface Bench {
  readonly queue: HashingQueue;
  /** Networks in the order in which their jobs began. */
  readonly begun: string[];
  /** The most that ran at once. */
  peak(): number;
  submit(network: string): Job;
}

function bench(concurrency: number, length: number): Bench {
  const queue = createHashingQueue({ concurrency, length });
  const begun: string[] = [];
  let running = 0;
  let peak = 0;
  return {
    queue,
    begun,
    peak: () => peak,
    submit: (network) => {
      const gate = Promise.withResolvers<void>();
      const done = queue.run(network, async () => {
        begun.push(network);
        running += 1;
        peak = Math.max(peak, running);
        await gate.promise;
        running -= 1;
        return network;
      });
      done.catch(() => undefined);
      return { network, finish: gate.resolve, done };
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Finishes jobs until none is left. */
async function drain(jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) job.finish();
  await Promise.allSettled(jobs.map(({ done }) => done));
}

describe('PWD-10: the hashing queue is bounded', () => {
  test('so many run at once, so many wait, and the next is turned away with seconds to wait', async () => {
    const { queue, submit, peak } = bench(2, 4);
    const networks = ['a', 'b', 'c', 'd', 'e', 'f'];
    const jobs = networks.map(submit);
    await settled();
    expect(queue.load()).toEqual({ running: 2, waiting: 4 });
    await expect(submit('g').done).rejects.toMatchObject({ code: 'hashing_busy', retryAfter: 1 });
    expect(queue.load()).toEqual({ running: 2, waiting: 4 });
    await drain(jobs);
    expect(peak()).toBe(2);
  });

  test('the longer the line, the longer the advice', async () => {
    const { submit } = bench(1, 100);
    const jobs = Array.from({ length: 101 }, (_, turn) => submit(`network ${turn}`));
    await expect(submit('late').done).rejects.toMatchObject({ code: 'hashing_busy', retryAfter: 6 });
    await drain(jobs);
  });

  test('one network holds half of the line at most', async () => {
    const { queue, submit } = bench(1, 4);
    const jobs = ['flood', 'flood', 'flood'].map(submit);
    await expect(submit('flood').done).rejects.toMatchObject({ code: 'hashing_busy' });
    jobs.push(submit('owner'));
    expect(queue.load()).toEqual({ running: 1, waiting: 3 });
    await drain(jobs);
    await expect(jobs[3]?.done).resolves.toBe('owner');
  });

  test('whoever asks first hears whether there is room, and takes none', async () => {
    const { queue, submit } = bench(1, 4);
    const jobs = ['flood', 'flood', 'ada'].map(submit);
    for (let turn = 0; turn < 10; turn += 1) queue.admit('flood');
    jobs.push(submit('flood'));
    expect(() => queue.admit('flood')).toThrow(expect.objectContaining({ code: 'hashing_busy' }));
    queue.admit('grace');
    jobs.push(submit('grace'));
    expect(() => queue.admit('linus')).toThrow(expect.objectContaining({ code: 'hashing_busy' }));
    await drain(jobs);
    queue.admit('linus');
  });

  test('a line of one still takes one', async () => {
    const { submit } = bench(1, 1);
    const jobs = [submit('a'), submit('b')];
    await expect(submit('c').done).rejects.toMatchObject({ code: 'hashing_busy' });
    await drain(jobs);
  });

  test('it recovers: once drained it takes work as on the first day', async () => {
    const { queue, submit } = bench(1, 2);
    await drain(['a', 'b', 'c', 'd', 'e'].map(submit));
    expect(queue.load()).toEqual({ running: 0, waiting: 0 });
    const again = ['a', 'b', 'c'].map(submit);
    await drain(again);
    expect((await Promise.allSettled(again.map(({ done }) => done))).map(({ status }) => status)).toEqual(
      Array.from({ length: 3 }, () => 'fulfilled'),
    );
  });

  test('a job that fails gives its place back, and its failure goes to its own caller', async () => {
    const queue = createHashingQueue({ concurrency: 1, length: 2 });
    const broken = queue.run('a', async () => {
      throw new Error('no memory');
    });
    const next = queue.run('b', async () => 'fine');
    await expect(broken).rejects.toThrow('no memory');
    await expect(next).resolves.toBe('fine');
    expect(queue.load()).toEqual({ running: 0, waiting: 0 });
  });
});

describe('PWD-10: the hashing queue is fair', () => {
  test('networks take turns: whoever asks once waits for one of each other network, not for its line', async () => {
    const { begun, submit } = bench(1, 20);
    const jobs = ['flood', 'flood', 'flood', 'flood', 'ada', 'flood', 'grace', 'flood'].map(submit);
    await drain(jobs);
    expect(begun).toEqual(['flood', 'flood', 'ada', 'grace', 'flood', 'flood', 'flood', 'flood']);
  });

  test('whatever comes in whatever order, bounds hold and everything that was taken is done', async () => {
    const work = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 60 });
    const bounds = fc.record({
      concurrency: fc.integer({ min: 1, max: 4 }),
      length: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(work, bounds, async (networks, { concurrency, length }) => {
        const { queue, submit, peak } = bench(concurrency, length);
        const jobs = networks.map(submit);
        expect(queue.load().waiting).toBeLessThanOrEqual(length);
        await drain(jobs);
        const results = await Promise.allSettled(jobs.map(({ done }) => done));
        const taken = results.filter(({ status }) => status === 'fulfilled').length;
        expect(peak()).toBeLessThanOrEqual(concurrency);
        expect(taken).toBeLessThanOrEqual(concurrency + length);
        expect(taken).toBeGreaterThanOrEqual(Math.min(networks.length, concurrency));
        expect(queue.load()).toEqual({ running: 0, waiting: 0 });
      }),
      { numRuns: 200 },
    );
  });
});

describe('how many may run changes while jobs wait', () => {
  test('what runs ends, no more than may begin, and when there is room again all of it is taken', async () => {
    let places = 3;
    const queue = createHashingQueue({ concurrency: 3, places: () => places, length: 20 });
    const gates: (() => void)[] = [];
    const jobs = Array.from({ length: 10 }, () =>
      queue.run('a', () => new Promise<void>((resolve) => gates.push(resolve))),
    );
    const finish = async (): Promise<void> => {
      gates.shift()?.();
      await settled();
    };
    await settled();
    expect(queue.load()).toEqual({ running: 3, waiting: 7 });
    places = 1;
    await finish();
    expect(queue.load()).toEqual({ running: 2, waiting: 7 });
    await finish();
    await finish();
    expect(queue.load()).toEqual({ running: 1, waiting: 6 });
    places = 3;
    await finish();
    expect(queue.load()).toEqual({ running: 3, waiting: 3 });
    while (gates.length > 0) await finish();
    await Promise.all(jobs);
    expect(queue.load()).toEqual({ running: 0, waiting: 0 });
  });
});

describe('results are handed over together while others wait', () => {
  /** The places in `jobs` of those that are done. */
  async function doneOf(jobs: readonly Job[]): Promise<number[]> {
    const done = new Set<number>();
    jobs.forEach((job, place) => void job.done.then(() => done.add(place)));
    await settled();
    return [...done].sort((a, b) => a - b);
  }

  test('a result waits for as many as three rounds bring', async () => {
    const { submit } = bench(1, 9);
    const jobs = ['a', 'b', 'c', 'd', 'e'].map(submit);
    jobs[0]?.finish();
    jobs[1]?.finish();
    expect(await doneOf(jobs)).toEqual([]);
    jobs[2]?.finish();
    expect(await doneOf(jobs)).toEqual([0, 1, 2]);
    await drain(jobs);
  });

  test('where places are left to others, results wait for twice as many', async () => {
    const queue = createHashingQueue({ concurrency: 2, length: 40, places: () => 1 });
    const gates: (() => void)[] = [];
    const done: number[] = [];
    const jobs = Array.from({ length: 14 }, (_, turn) =>
      queue.run('a', () => new Promise<void>((resolve) => gates.push(resolve))).then(() => done.push(turn)),
    );
    const after: number[] = [];
    for (let turn = 0; turn < 14; turn += 1) {
      await settled();
      gates[turn]?.();
      await settled();
      after.push(done.length);
    }
    // While the thirteenth ends the last one runs already, and nobody waits.
    expect(after).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 13, 14]);
    await Promise.all(jobs);
  });

  test('a held result does not keep the next job from starting', async () => {
    const { begun, submit } = bench(1, 9);
    const jobs = ['a', 'b', 'c'].map(submit);
    jobs[0]?.finish();
    expect(await doneOf(jobs)).toEqual([]);
    expect(begun).toEqual(['a', 'b']);
    await drain(jobs);
  });

  test('nobody is held once nobody waits', async () => {
    const { submit } = bench(2, 9);
    const jobs = ['a', 'b', 'c', 'd'].map(submit);
    jobs[0]?.finish();
    expect(await doneOf(jobs)).toEqual([]);
    jobs[1]?.finish();
    expect(await doneOf(jobs)).toEqual([0, 1]);
    jobs[2]?.finish();
    expect(await doneOf(jobs)).toEqual([0, 1, 2]);
    await drain(jobs);
  });

  test('a failure is handed over with the others', async () => {
    const queue = createHashingQueue({ concurrency: 1, length: 9 });
    const heard: string[] = [];
    const jobs = ['a', 'b', 'c'].map((name) =>
      queue.run(name, async () => {
        if (name === 'a') throw new Error(name);
        return name;
      }),
    );
    await Promise.allSettled(
      jobs.map((job) =>
        job.then(
          (name) => heard.push(name),
          () => heard.push('failed'),
        ),
      ),
    );
    expect(heard).toEqual(['failed', 'b', 'c']);
  });
});
