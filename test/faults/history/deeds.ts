/**
 * What clients do and what they are told, as it stands in their ledgers: each line of intent is on paper before the
 * request leaves, each answer is on the disk before the client goes on. One count orders what all of them do.
 */
import { join } from 'node:path';
import { type Entry, type Ledger, openLedger } from '../../kit/ledger.ts';
import { type Answered, Unanswered } from '../caller.ts';

/** What is asked for. Tokens stand there as they travel: that is what must be tried again in the end. */
export type Deed =
  | { readonly does: 'sign-up'; readonly email: string; readonly password: string }
  | {
      readonly does: 'sign-in';
      readonly email: string;
      readonly password: string;
      readonly carrier: 'opaque' | 'jwt';
    }
  | {
      readonly does: 'change';
      readonly email: string;
      readonly from: string;
      readonly to: string;
      readonly access: string;
    }
  | { readonly does: 'check' | 'end'; readonly session: string; readonly access: string }
  | { readonly does: 'refresh'; readonly session: string; readonly refresh: string }
  | { readonly does: 'use-key'; readonly key: string }
  | { readonly does: 'end-key'; readonly key: string; readonly id: string; readonly access: string }
  | { readonly does: 'redeem'; readonly code: string }
  | { readonly does: 'guess'; readonly email: string };

/** Stands for the status of what was not even asked: nobody listened. */
export const notAsked = 0;

/** What was answered. */
export interface Told {
  readonly status: number;
  /** The account that the answer is about. */
  readonly account?: string;
  /** The session that began, with its first tokens. */
  readonly session?: string;
  readonly access?: string;
  readonly refresh?: string;
}

interface Intent {
  readonly deed: Deed;
  readonly called: number;
}

interface Outcome {
  readonly told: Told;
  readonly returned: number;
}

/** A deed with its moments; without `told` nobody knows what came of it. */
export interface Done {
  readonly deed: Deed;
  readonly told: Told | undefined;
  readonly called: number;
  readonly returned: number;
  /** Whether a failover has lost it, or may have; it stands unless given. */
  readonly standing?: 'lost' | 'torn';
}

/** Writes the history of many clients. */
export interface Scribe {
  /** The pen of one client, which does one thing at a time. */
  pen(name: string): Pen;
  /** The moment that is now: comes after all that was called or returned before. */
  moment(): number;
  /** Reads all ledgers from the disk. */
  read(): Done[];
  close(): void;
}

/** Does one thing: writes down what is asked and what came of it. Undefined when no answer came. */
export type Pen = (deed: Deed, ask: () => Promise<Answered>) => Promise<Answered | undefined>;

/**
 * Begins a history in a folder. `isPolite` says that servers only leave by SIGTERM: a connection that was kept alive and is
 * over by then was closed before anybody read what came on it, and what came must not have happened.
 */
export function scribeIn(folder: string, { isPolite = false } = {}): Scribe {
  const ledgers: Ledger<Intent, Outcome>[] = [];
  let moment = 0;
  return {
    pen: (name) => {
      const ledger = openLedger<Intent, Outcome>(join(folder, `${name}.ledger`));
      ledgers.push(ledger);
      return async (deed, ask) => {
        ledger.intend({ deed, called: ++moment });
        try {
          const answered = await ask();
          ledger.settle({ told: toldBy(answered), returned: ++moment });
          return answered;
        } catch (thrown) {
          if (!(thrown instanceof Unanswered)) throw thrown;
          const wasNotAsked = thrown.wasRefused || (isPolite && thrown.wasTaken);
          if (wasNotAsked) ledger.settle({ told: { status: notAsked }, returned: ++moment });
          return undefined;
        }
      };
    },
    moment: () => ++moment,
    read: () => ledgers.flatMap((ledger) => ledger.replay().map(doneBy)),
    close: () => {
      for (const ledger of ledgers) ledger.close();
    },
  };
}

const doneBy = ({ intent, outcome }: Entry<Intent, Outcome>): Done => ({
  ...intent,
  told: outcome?.told,
  returned: outcome?.returned ?? Number.POSITIVE_INFINITY,
});

function toldBy({ status, json }: Answered): Told {
  const account = (json['account'] as { id: string } | undefined)?.id ?? json['id'];
  const session = (json['session'] as { id: string } | undefined)?.id;
  const words = { account, session, access: json['access_token'], refresh: json['refresh_token'] };
  const known = Object.entries(words).filter(([, word]) => typeof word === 'string');
  return { status, ...Object.fromEntries(known) };
}
