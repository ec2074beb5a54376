/** A scripted server with a feed, pulled and pushed. */
import { createRevocationFeed } from '../../src/remote/feed.ts';
import { type Asked, json, type Line, openLine, type Script, scripted, settled, start } from './scripted.ts';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
/** An entry of the feed. */
export const entry = (seq: number, sid = `s${seq}`, until = start + 360_000) => ({
  seq,
  sid,
  at: iso(start),
  until: iso(until),
});
/** An event of the stream. */
export const event = (kind: string, data: unknown): string =>
  `event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
/** The greeting of a stream. */
export const hello = (last: number): string => event('hello', { last });
/** A page of the pulled feed. */
export const page = (entries: readonly unknown[], last: number, gap = false): Response =>
  json({ entries, last, gap });
/** Whether it is the pulled feed that is asked for. */
export const isPull = ({ path }: Asked): boolean => path.includes('?after=');
/** An issuer that is gone. */
export const down: Script = () => Promise.reject(new TypeError('fetch failed'));

/** A server that pulls answer `pulled` and whose streams are opened into `lines`. */
export function pushed(pulled: (asked: Asked) => Response | Promise<Response> = () => page([], 0)) {
  const lines: Line[] = [];
  const server = scripted((asked) => {
    if (isPull(asked)) return pulled(asked);
    const line = openLine();
    lines.push(line);
    return line.response;
  });
  const feed = createRevocationFeed({ issuer: server.issuer, kind: 'push', silenceSeconds: 2 });
  const last = (): Line => {
    const line = lines.at(-1);
    if (!line) throw new Error('nobody listens');
    return line;
  };
  /** Lets time pass second by second, as a living server does. */
  const pass = async (seconds: number, each: () => Promise<void> = async () => undefined): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      server.clock.advance(1000);
      await settled();
      await each();
    }
  };
  const alive = async (): Promise<void> => last().say(': alive\n\n');
  return { ...server, feed, lines, last, pass, alive };
}
