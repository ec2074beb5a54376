/** Why a system does not start. */

/** Told as it stands, without a stack: the message says what to do. */
export class CannotStart extends Error {}

/** The environment of a process, or one that a test made up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A whole number in the environment. Throws `CannotStart` when it is something else or out of range. */
export function numberFrom(
  environment: Environment,
  name: string,
  { usual, least, most }: { usual: number; least: number; most: number },
): number {
  const text = environment[name] || String(usual);
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new CannotStart(`${name} must be a whole number from ${least} to ${most}.`);
}
