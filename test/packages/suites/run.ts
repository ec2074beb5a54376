/**
 * Runs both suites and says how each test went.
 */
import { clientSuite } from './client.ts';
import { guardSuite } from './guard.ts';
import { newPlace } from './suite.ts';

/** Tests by their names; null for one that passed, else what it threw. */
export type Results = Record<string, string | null>;

/** Runs every test, one after the other. */
export async function runSuites(issuer: string): Promise<Results> {
  const place = await newPlace(issuer);
  const results: Results = {};
  for (const [name, suite] of Object.entries({ guard: guardSuite, client: clientSuite }))
    for (const [title, test] of Object.entries(suite))
      results[`${name}: ${title}`] = await test(place).then(
        () => null,
        (thrown: unknown) => (thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)),
      );
  return results;
}
