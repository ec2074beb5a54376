/** What a bench ran on, without a name or path by which anybody could find it. */
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** A machine in words that mean something to others. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
}

/** This machine. */
export const thisMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  // The numbers alone: what follows them can be the name of whoever built the kernel.
  system: `${type()} ${/^\d+\.\d+/.exec(release())?.[0] ?? ''}`.trim(),
  node: process.versions.node,
});
