/**
 * The heap of young objects. What a start leaves behind is nearly all garbage; room that is taken for it would stay taken
 * in a server that then has little to do.
 */
import { setFlagsFromString } from 'node:v8';

/** Keeps it at its first size until `letYoungHeapGrow`. To be called before anything is loaded. */
export const keepYoungHeapSmall = (): void => setFlagsFromString('--semi-space-growth-factor=1');

/** Lets it grow with use, as V8 does by itself. */
export const letYoungHeapGrow = (): void => setFlagsFromString('--semi-space-growth-factor=2');
