import { describe, expect, test } from 'vitest';
import { goodPassword } from '../kit/visitor.ts';
import { type Caller, callerOf, Unanswered } from './caller.ts';
import { expectQuiet, expectSound } from './crash.ts';
import { ways } from './ways.ts';
import { begin, refreshBy, signUpAs } from './work.ts';

/** What became of somebody who kept asking. */
interface Told {
  readonly live: string;
  readonly answers: number;
}

/**
 * Refreshes on and on, until a new connection is refused. Fails when the server had taken a connection and then leaves a
 * request on it unanswered.
 */
async function askOnAndOn(caller: Caller, first: string, onAnswer: () => void): Promise<Told> {
  let told: Told = { live: first, answers: 0 };
  for (;;) {
    try {
      const { status, next } = await refreshBy(caller, told.live);
      expect(status).toBe(200);
      told = { live: next, answers: told.answers + 1 };
      onAnswer();
    } catch (thrown) {
      if (thrown instanceof Unanswered && !thrown.wasTaken) return told;
      throw thrown;
    }
  }
}

describe.each(ways)('told to stop under load, on $name', ({ make }) => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'after %s whatever was accepted is answered, the process ends by itself, and nothing is lost',
    async (signal) => {
      const place = await make();
      const server = await place.start();
      const callers = Array.from({ length: 16 }, () => callerOf(server.port));
      const tokens = await Promise.all(
        callers.map(async (caller, at) => {
          const identifier = `stopping-${at}@example.com`;
          await signUpAs(caller, identifier, goodPassword);
          return (await begin(caller, { identifier, password: goodPassword })).refresh;
        }),
      );
      let answers = 0;
      const onAnswer = (): void => {
        answers += 1;
        if (answers === 500) server.kill(signal);
      };
      const told = await Promise.all(
        callers.map((caller, at) => askOnAndOn(caller, tokens[at] ?? '', onAnswer)),
      );
      await expectQuiet(server);
      expect(await server.exited).toBe(0);
      for (const caller of callers) caller.close();

      const again = await place.start();
      const later = callerOf(again.port);
      for (const { live } of told) expect((await refreshBy(later, live)).status).toBe(200);
      later.close();
      again.kill();
      await expectQuiet(again);
      await expectSound(place);
      await place.remove();
    },
  );
});
