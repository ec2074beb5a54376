/**
 * Where a scenario plays: a server, an hour that passes only here, and the clients of the set-up under rehearsal.
 */
import type { Client, SessionState } from '../client.ts';
import type { Clock } from '../clock.ts';
import { ledger } from './ledger.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { Fault, type Pace, type PaceOptions, paceOf } from './pace.ts';
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
export interface Stage extends Pace {
  readonly server: RehearsalServer;
  /** Milliseconds since the scenario began; nobody sets this hour. */
  elapsed(): number;
  /** As many clients on one store, the first of which has signed in. Faults when the others do not see that. */
  signedIn(count: number): Promise<[Client, ...Client[]]>;
  /** One more client of the store. Faults when it does not see the session. */
  joined(): Promise<Client>;
  /** Time passes, and nobody is awake: what is planned keeps its distance. */
  sleep(milliseconds: number): void;
  /** Sets the clock of the clients wrong, by so much more than it is. */
  jump(milliseconds: number): void;
  /** Ends the scenario. */
  close(): Promise<void>;
}

const notShared =
  'A second client does not see the sign-in of the first: they share no store. If that is meant, rehearse with `clients: 1`.';
const credentials = { identifier: 'ada@example.com', password: 'seven quiet herons wade' };

/** Sets a stage. */
export function stageFor(make: MakeClient): Stage {
  const hour = manualClock();
  const beginning = hour.now();
  const server = rehearsalServer(hour);
  let wrong = 0;
  const work = ledger();
  const clock: Clock = { now: () => hour.now() + wrong, after: hour.after, doing: work.begin };
  const parts: RehearsalParts = { issuer: rehearsalIssuer, fetch: server.fetch, clock };
  const made: Client[] = [];
  const refreshing = new Set<Client>();
  const pace = paceAt(hour, { server, work, isBusy: () => refreshing.size > 0 });
  const { during } = pace;
  const open = async (): Promise<Client> => {
    const client = await make(parts);
    made.push(client);
    client.onChange((state) => void refreshing[state.status === 'refreshing' ? 'add' : 'delete'](client));
    return client;
  };
  const joined = async (): Promise<Client> => {
    const client = await open();
    if ((await during(client.session())).status === 'signed-out') throw new Fault(notShared);
    return client;
  };
  return {
    ...pace,
    server,
    elapsed: () => hour.now() - beginning,
    joined,
    sleep: hour.jump,
    signedIn: async (count) => {
      const first = await open();
      await during(first.signIn(credentials));
      expectSignedIn(await during(first.session()), clock);
      const others: Client[] = [];
      while (others.length < count - 1) others.push(await joined());
      return [first, ...others];
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

/** The pace of a stage. */
function paceAt(
  hour: ManualClock,
  { server, ...rest }: Pick<PaceOptions, 'work' | 'isBusy'> & { readonly server: RehearsalServer },
): Pace {
  return paceOf({
    ...rest,
    hour,
    // Whoever repeats a lost refresh in haste shows before any time has passed.
    isWatched: () => server.seen().lostAt === hour.now(),
    isSilent: server.isSilent,
  });
}

function expectSignedIn(state: SessionState, clock: Clock): void {
  if (state.status === 'signed-out')
    throw new Fault('After a sign-in nobody is signed in: the store loses what is written.');
  if (Math.abs(state.accessExpiresAt - clock.now() - life) > life / 10)
    throw new Fault('The client does not go by the clock of the rehearsal: hand `clock` on.');
}
