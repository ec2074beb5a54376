/** What a worker is told of its place: its number among its siblings, and the port that they share. Whoever replaces a dead one takes both over. */

/** How the first process tells a worker its number; without the prefix of settings, for it is none. */
export const workerVariable = 'DW_WORKER';

/** The number of this worker, from 1; undefined when it is alone. In a cluster of somebody else's, the id of that. */
export const workerName = (worker: { readonly id: number } | undefined): string | undefined =>
  worker && (process.env[workerVariable] ?? String(worker.id));

/** How the first process tells a worker the port that all share. */
export const workerPortVariable = 'DW_WORKER_PORT';

/** The port to listen on: the setting's, or the one that was found where any free one was asked for. */
export const workerPort = (port: number): number => Number(process.env[workerPortVariable] ?? port);
