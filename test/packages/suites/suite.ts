/**
 * What a suite is: named functions that throw. No test runner, so that every runtime can run it.
 */

/** What a suite works against: a Doorward server that listens, and an account there. */
export interface Place {
  readonly issuer: string;
  readonly username: string;
  readonly password: string;
}

/** Tests by their names, in their order. */
export type Suite = Readonly<Record<string, (place: Place) => Promise<void>>>;

/** Makes an account under a name that no other one has. */
export async function newPlace(issuer: string): Promise<Place> {
  const [username, password] = [newName(), 'seven quiet herons wade'];
  await post(`${issuer}/api/v1/accounts`, { username, password });
  return { issuer, username, password };
}

/** A name that no other account has. */
export const newName = (): string => `a-${crypto.randomUUID()}`;

/** Sends JSON and returns the answer; it must be a good one. */
export async function post(address: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** The global fetch, counted by the path that is asked for, and broken off where `breaks` says so. */
export interface Line {
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** How often an address that ends in this path was asked. */
  count(path: string): number;
}

/** A line to a server. `breaks` may refuse to send by throwing, or replace the answer of what was sent. */
export function line(
  breaks: (path: string, send: () => Promise<Response>) => Promise<Response> | undefined,
): Line {
  const paths: string[] = [];
  return {
    fetch: (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      paths.push(pathname);
      const send = (): Promise<Response> => fetch(input, init);
      return breaks(pathname, send) ?? send();
    },
    count: (path) => paths.filter((one) => one === path).length,
  };
}

/** A clock that is ahead of the machine's by what was added last. */
export function shiftedClock(): {
  now(): number;
  after(milliseconds: number, work: () => void): () => void;
  add(milliseconds: number): void;
} {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    after: (milliseconds, work) => {
      const timer = setTimeout(work, milliseconds);
      return () => clearTimeout(timer);
    },
    add: (milliseconds) => {
      ahead += milliseconds;
    },
  };
}
