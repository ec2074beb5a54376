/**
 * Web Locks (W3C) without a browser, as far as they are used here: each call of `tab` is another tab, known by an id of
 * its own.
 */
import type { WebLocks } from '../src/web-lock.ts';

type Work<T> = () => Promise<T>;
type How = { signal?: AbortSignal; steal?: true };

interface Holder {
  readonly clientId: string;
  lose(): void;
}

/** A browser's locks; the function it returns opens a tab. */
export function webLocks(): () => WebLocks {
  const held = new Map<string, Holder>();
  const waiting = new Map<string, (() => void)[]>();
  let tabs = 0;
  const hold = <T>(name: string, clientId: string, work: Work<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const mine = { clientId, lose: () => reject(new DOMException('stolen', 'AbortError')) };
      held.set(name, mine);
      const end = (): void => {
        if (held.get(name) !== mine) return;
        held.delete(name);
        waiting.get(name)?.shift()?.();
      };
      const result = work();
      result.then(resolve, reject);
      result.then(end, end);
    });
  const turn = (name: string, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const line = waiting.get(name) ?? [];
      waiting.set(name, [...line, resolve]);
      signal?.addEventListener('abort', () => {
        waiting.set(
          name,
          (waiting.get(name) ?? []).filter((one) => one !== resolve),
        );
        reject(new DOMException('aborted', 'AbortError'));
      });
    });
  return () => {
    const clientId = `tab-${++tabs}`;
    return {
      request: async <T>(name: string, ...rest: [Work<T>] | [How, Work<T>]): Promise<T> => {
        const [{ signal, steal }, work] = rest.length === 1 ? [{} as How, rest[0]] : rest;
        if (steal) held.get(name)?.lose();
        else while (held.has(name)) await turn(name, signal);
        return hold(name, clientId, work);
      },
      query: async () => ({ held: [...held].map(([name, one]) => ({ name, clientId: one.clientId })) }),
    };
  };
}
