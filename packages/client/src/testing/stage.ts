/**
 * Where a scenario plays: a server, an hour that passes only here, and the clients of the set-up under rehearsal.
 *
 * Stores work in real time, on a disk for instance, and the hour of the rehearsal must not run away from them: while
 * anybody works it passes slowly, and otherwise in strides that are shorter than any lease.
 */
import type { Client } from '../client.ts';
import { type Clock, pause, systemClock } from '../clock.ts';
import { manualClock } from './manual-clock.ts';
import { type RehearsalServer, rehearsalIssuer, rehearsalServer } from './rehearsal-server.ts';
import { life } from './session-rules.ts';

/** What a client under rehearsal must be made with; each part takes the place of the set-up's own. */
export interface RehearsalParts {
  /** The address of the scripted server. */
  readonly issuer: string;
  /** The line to it. A fetch of your own goes around it. */
  readonly fetch: typeof globalThis.fetch;
  /** The hour of the rehearsal. */
  readonly clock: Clock;
}

/** Makes one client of the set-up: called once for each tab, program or process that shares the store. */
export type MakeClient = (parts: RehearsalParts) => Client | Promise<Client>;

/** What a scenario works with. */
export interface Stage {
  readonly server: RehearsalServer;
  /** Milliseconds since the scenario began; nobody sets this hour. */
  elapsed(): number;
  /** As many clients on one store, the first of which has signed in. Faults when the others do not see that. */
  signedIn(count: number): Promise<[Client, ...Client[]]>;
  /** One more client of the store. Faults when it does not see the session. */
  joined(): Promise<Client>;
  /** Waits for work while time passes. Faults when it takes more than two minutes of it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Lets time pass. */
  pass(milliseconds: number): Promise<void>;
  /** Time passes, and nobody is awake: what is planned keeps its distance. */
  sleep(milliseconds: number): void;
  /** Sets the clock of the clients wrong, by so much more than it is. */
  jump(milliseconds: number): void;
  /** Ends the scenario. */
  close(): Promise<void>;
}

/** What a scenario finds wrong: a sentence for whoever made the set-up. */
export class Fault extends Error {
  override name = 'Fault';
}

/** Milliseconds of the rehearsal in each of real time: at first, after a while, and with nobody at work. */
const [slow, brisk, idle] = [20, 100, 5000];
/** Milliseconds after which work is taken for stuck. */
const patience = 120_000;

const notShared =
  'A second client does not see the sign-in of the first: they share no store. If that is meant, rehearse with `clients: 1`.';
const credentials = { identifier: 'ada@example.com', password: 'seven quiet herons wade' };

/** Sets a stage. */
export function stageFor(make: MakeClient): Stage {
  const hour = manualClock();
  const beginning = hour.now();
  const server = rehearsalServer(hour);
  let wrong = 0;
  const clock: Clock = { now: () => hour.now() + wrong, after: hour.after };
  const parts: RehearsalParts = { issuer: rehearsalIssuer, fetch: server.fetch, clock };
  const made: Client[] = [];
  const refreshing = new Set<Client>();
  /** Real time for whatever is ready; more of it after a loss, so that whoever is hasty shows before time passes. */
  const breathe = async (): Promise<void> => {
    for (let left = server.seen().lostAt === hour.now() ? 10 : 1; left > 0; left--)
      await pause(systemClock, 1);
  };
  const during = async <T>(work: Promise<T>): Promise<T> => {
    const begun = hour.now();
    let isDone = false;
    const end = (): void => {
      isDone = true;
    };
    work.then(end, end);
    for (;;) {
      await breathe();
      if (isDone) return work;
      const spent = hour.now() - begun;
      if (spent > patience)
        throw new Fault('No answer within two minutes. Does your fetch hand `signal` on?');
      await hour.advance(spent < 100 * slow ? slow : brisk);
    }
  };
  const open = async (): Promise<Client> => {
    const client = await make(parts);
    made.push(client);
    client.onChange(({ status }) => {
      if (status === 'refreshing') refreshing.add(client);
      else refreshing.delete(client);
    });
    return client;
  };
  const joined = async (): Promise<Client> => {
    const client = await open();
    if ((await during(client.session())).status === 'signed-out') throw new Fault(notShared);
    return client;
  };
  return {
    server,
    elapsed: () => hour.now() - beginning,
    during,
    joined,
    sleep: hour.jump,
    signedIn: async (count) => {
      const first = await open();
      await during(first.signIn(credentials));
      const state = await during(first.session());
      if (state.status === 'signed-out')
        throw new Fault('After a sign-in nobody is signed in: the store loses what is written.');
      if (Math.abs(state.accessExpiresAt - clock.now() - life) > life / 10)
        throw new Fault('The client does not go by the clock of the rehearsal: hand `clock` on.');
      const others: Client[] = [];
      while (others.length < count - 1) others.push(await joined());
      return [first, ...others];
    },
    pass: async (milliseconds) => {
      for (let left = milliseconds; left > 0; ) {
        await breathe();
        const step = Math.min(left, refreshing.size > 0 ? brisk : idle);
        await hour.advance(step);
        left -= step;
      }
      await breathe();
    },
    jump: (milliseconds) => {
      wrong += milliseconds;
    },
    close: async () => {
      server.hangUp();
      await during(Promise.all(made.map((client) => client.close())));
    },
  };
}
