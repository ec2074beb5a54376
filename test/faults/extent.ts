/**
 * How much is tried: `npm test` tries a little of everything, `npm run faults` as much as it was told, and says how far it
 * has come.
 */

/** How often something is tried: so often in `npm test`, as FAULT_ROUNDS says in `npm run faults`. */
export const rounds = (few: number): number => Number(process.env['FAULT_ROUNDS'] ?? few);

/** Whether everything is tried. */
export const isWhole = process.env['FAULT_ROUNDS'] !== undefined;

/** A line for whoever waits, in `npm run faults` alone. */
export function progress(line: string): void {
  if (isWhole) console.log(`      ${line}`);
}
