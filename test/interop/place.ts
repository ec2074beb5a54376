/** The server that other people's programs are tried with, on a socket, by the hour that they read too. */
import { manualClock, systemClock } from '../../packages/server/src/base/clock.ts';
import { type Serving, type ServingOptions, serveBrowsers } from '../kit/serving.ts';
import { signUp, visit } from '../kit/visitor.ts';
import { type Person, seatPerson } from './person.ts';

/** An API that tokens may be for. */
export const reports = 'https://reports.example/api';

/** The server, and who uses it. */
export interface Place {
  readonly serving: Serving;
  /** The issuer. */
  readonly issuer: URL;
  /** The id of Ada's account, `sub` of her tokens. */
  readonly ada: string;
  /** Ada at a browser in which nobody is signed in; it reaches the server, and the applications at these origins. */
  browser(...applications: readonly string[]): Person;
}

/** Starts the server. */
export async function openPlace(settings: ServingOptions['settings'] = {}): Promise<Place> {
  const serving = await serveBrowsers({
    lightHashing: true,
    settings: { resources: reports, ...settings },
    clock: { ...manualClock(0), ...systemClock },
  });
  return {
    serving,
    issuer: new URL(serving.origin),
    ada: await signUp(visit(serving), 'ada@example.com'),
    browser: (...applications) => seatPerson(serving.origin, ...applications),
  };
}
