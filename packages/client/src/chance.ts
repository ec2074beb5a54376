/** A number from 0 up to 1 that nobody can foresee; drawn when it is needed, because Workers refuse it while loading. */
export function chance(): number {
  const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
  return drawn / 2 ** 32;
}
