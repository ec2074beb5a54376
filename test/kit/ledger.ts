/**
 * A ledger: what a client asked for and what it was told, in a file of its own. What is about to be asked is written down
 * before it is sent; an answer is on the disk before the client goes on. Whatever dies, the file tells what was promised.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

/** One change: what was asked, and what is known to have come of it. */
export interface Entry<Intent, Outcome> {
  readonly intent: Intent;
  /** Undefined while nobody knows: it may have happened or not, but never half. */
  readonly outcome: Outcome | undefined;
}

/** The ledger of one client, which asks for one thing at a time. */
export interface Ledger<Intent, Outcome> {
  /** Writes down what is about to be asked. */
  intend(intent: Intent): void;
  /** Writes down what came of the last intent, by an answer or by looking later, and waits for the disk. */
  settle(outcome: Outcome): void;
  /** Reads the file: all entries, oldest first. */
  replay(): Entry<Intent, Outcome>[];
  close(): void;
}

type Line<Intent, Outcome> = { readonly intent: Intent } | { readonly outcome: Outcome };

/** Opens a ledger, or begins it. */
export function openLedger<Intent, Outcome>(path: string): Ledger<Intent, Outcome> {
  const file = openSync(path, 'a', 0o600);
  const write = (line: Line<Intent, Outcome>): void => void writeSync(file, `${JSON.stringify(line)}\n`);
  return {
    intend: (intent) => write({ intent }),
    settle: (outcome) => {
      write({ outcome });
      fdatasyncSync(file);
    },
    replay: () => entriesOf(readFileSync(path, 'utf8')),
    close: () => closeSync(file),
  };
}

function entriesOf<Intent, Outcome>(content: string): Entry<Intent, Outcome>[] {
  const entries: Entry<Intent, Outcome>[] = [];
  for (const text of content.split('\n').filter((line) => line !== '')) {
    const line = JSON.parse(text) as Line<Intent, Outcome>;
    if ('intent' in line) entries.push({ intent: line.intent, outcome: undefined });
    else entries.push({ ...lastOf(entries), outcome: line.outcome });
  }
  return entries;
}

function lastOf<Intent, Outcome>(entries: Entry<Intent, Outcome>[]): Entry<Intent, Outcome> {
  const last = entries.pop();
  if (last?.outcome !== undefined || last === undefined) throw new Error('an outcome without an intent');
  return last;
}
