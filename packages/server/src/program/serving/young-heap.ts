/**
 * The heap of young objects. What a start leaves behind is nearly all garbage; room that is taken for it would stay taken
 * in a server that then has little to do.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Keeps it at its first size until `letYoungHeapGrow`. To be called before anything is loaded. */
export const keepYoungHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/** Lets it grow with use, as V8 does by itself. */
export const letYoungHeapGrow = (): void => setFlagsFromString('--semi-space-growth-factor=2');

/** Takes away at once what a start has left behind, old and young; a pause of some 30 milliseconds. */
export function clearAway(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  // As if memory were short: pages that became empty go back to the machine.
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
