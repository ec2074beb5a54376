/** Running as somebody without rights, as Postgres demands: root starts it as another, anybody else as themselves. */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** Somebody whom this machine knows, by number. */
export interface Person {
  readonly uid: number;
  readonly gid: number;
}

/** Somebody whom every machine has. */
export const nobody: Person = { uid: 65_534, gid: 65_534 };

/** Whether this process may become anybody. */
export const isRoot = process.getuid?.() === 0;

/** Whoever bears this name on this machine; undefined when nobody does. */
export function personNamed(name: string): Person | undefined {
  const number = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: number('-u'), gid: number('-g') };
  } catch {
    return undefined;
  }
}

/**
 * A command that runs as `person` when root starts it. Sandboxes are met whose /dev/null is for root alone, which Postgres
 * cannot do without: there it is given the right to open any file.
 */
export function runAs(person: Person, command: readonly string[]): [program: string, args: string[]] {
  const [program = '', ...args] = isRoot ? [...becoming(person), ...command] : command;
  return [program, args];
}

const becoming = ({ uid, gid }: Person): readonly string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
  ...((statSync('/dev/null').mode & 0o002) === 0
    ? ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']
    : []),
];
