/** How often one network may knock at the endpoints that prove who somebody is. */
import { Refused } from '@doorward/examples-kit';
import type { Clock } from 'doorward';

const windowMilliseconds = 60_000;
/** Networks that are remembered; past it the one whose window began first is forgotten. */
const mostNetworks = 10_000;

/** Counts a call of a network (an IP address). Throws `Refused` 429 past the limit. */
export type RateLimit = (endpoint: string, address: string) => void;

/** A fixed window of a minute for each endpoint and network; an IPv6 network is a /64. */
export function createRateLimit(perMinute: number, clock: Clock): RateLimit {
  const windows = new Map<string, { ends: number; calls: number }>();
  return (endpoint, address) => {
    const now = clock.now();
    const key = `${endpoint} ${networkOf(address)}`;
    let window = windows.get(key);
    if (window === undefined || window.ends <= now) {
      // Taken out and put in again, the map stays in the order in which windows begin.
      windows.delete(key);
      const oldest = windows.keys().next();
      if (windows.size >= mostNetworks && !oldest.done) windows.delete(oldest.value);
      window = { ends: now + windowMilliseconds, calls: 0 };
      windows.set(key, window);
    }
    window.calls += 1;
    if (window.calls > perMinute) {
      const wait = Math.ceil((window.ends - now) / 1000);
      throw new Refused(429, 'Too many requests. Try again later.', { 'retry-after': String(wait) });
    }
  };
}

/** `2001:db8:1:2:3:4:5:6` → `2001:db8:1:2`; an IPv4 address is its own network, also when it is written as IPv6. */
function networkOf(address: string): string {
  const [, four] = /^::ffff:([\d.]+)$/i.exec(address) ?? [];
  if (four !== undefined || !address.includes(':')) return four ?? address;
  const [head = '', tail = ''] = address.split('::');
  const groups = (half: string): string[] => (half === '' ? [] : half.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
