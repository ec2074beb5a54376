/**
 * Hashing and verifying passwords with argon2id (RFC 9106), behind the queue. It knows PHC strings and parameters;
 * the algorithm itself is a port.
 */
import { randomBytes } from 'node:crypto';
import type { HashingQueue } from './hashing-queue.ts';

/** Parameters of argon2id: memory in KiB, passes, lanes. */
export interface Argon2Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

/** The algorithm, off the main thread. */
export interface Argon2 {
  /** A PHC string with a fresh salt. */
  hash(password: string, parameters: Argon2Parameters): Promise<string>;
  verify(phc: string, password: string): Promise<boolean>;
}

/** What a verification found. */
export interface Verification {
  readonly matches: boolean;
  /** The hash is weaker than today's parameters. */
  readonly outdated: boolean;
}

/** Hashes and verifies prepared passwords; each call names the network that asks, for its turn. */
export interface Passwords {
  /** Throws `hashing_busy`. */
  hash(password: string, network: string): Promise<string>;
  /** Without a hash it does the same work and never matches. Throws `hashing_busy`. */
  verify(phc: string | undefined, password: string, network: string): Promise<Verification>;
  /** Throws `hashing_busy` when this network would be turned away now. */
  admit(network: string): void;
  load(): { waiting: number; running: number };
}

/** OWASP's and our choice: 19 MiB, two passes, one lane. */
export const argon2Parameters: Argon2Parameters = { memory: 19_456, passes: 2, lanes: 1 };

/** Joins algorithm, parameters and queue. */
export function createPasswords(
  argon2: Argon2,
  queue: HashingQueue,
  parameters = argon2Parameters,
): Passwords {
  const nobody = phcOfNobody(parameters);
  return {
    hash: (password, network) => queue.run(network, () => argon2.hash(password, parameters)),
    verify: async (phc, password, network) => {
      const matches = await queue.run(network, () => argon2.verify(phc ?? nobody, password));
      return {
        matches: matches && phc !== undefined,
        outdated: phc !== undefined && isWeaker(phc, parameters),
      };
    },
    admit: queue.admit,
    load: queue.load,
  };
}

/** A well-formed hash of no password: verifying it costs what any other costs. */
function phcOfNobody({ memory, passes, lanes }: Argon2Parameters): string {
  const part = (length: number): string => randomBytes(length).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${part(16)}$${part(32)}`;
}

const parametersOf = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$/;

function isWeaker(phc: string, { memory, passes, lanes }: Argon2Parameters): boolean {
  const [, m, t, p] = parametersOf.exec(phc) ?? [];
  return Number(m ?? 0) < memory || Number(t ?? 0) < passes || Number(p ?? 0) < lanes;
}
