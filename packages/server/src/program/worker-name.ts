/** The number of a worker among its siblings. A worker that replaces a dead one takes its number over. */

/** How the first process tells a worker its number; without the prefix of settings, for it is none. */
export const workerVariable = 'DW_WORKER';

/** The number of this worker, from 1; undefined when it is alone. In a cluster of somebody else's, the id of that. */
export const workerName = (worker: { readonly id: number } | undefined): string | undefined =>
  worker && (process.env[workerVariable] ?? String(worker.id));
