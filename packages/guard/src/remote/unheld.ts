/**
 * Node keeps a process alive while a fetch is under way, and the feed is always under way. Its socket is therefore let
 * go, by the way that Node offers for watching its fetch; other runtimes tell nobody, and there `close` ends the feed.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { member } from './issuer.ts';

/** Told when a request goes out, with the socket that it goes through. */
const channel = 'undici:client:sendHeaders';

/** Opens a stream from `path` at `origin` that does not keep the process alive. */
export async function unheld<T>(
  { origin, path }: { readonly origin: string; readonly path: string },
  open: () => Promise<T>,
): Promise<T> {
  const letGo = (message: unknown): void => {
    const request = member(message, 'request');
    const socket = member(message, 'socket');
    if (member(request, 'origin') === origin && member(request, 'path') === path && isHeld(socket))
      socket.unref();
  };
  subscribe(channel, letGo);
  try {
    return await open();
  } finally {
    unsubscribe(channel, letGo);
  }
}

const isHeld = (socket: unknown): socket is { unref(): unknown } =>
  typeof socket === 'object' && socket !== null && 'unref' in socket && typeof socket.unref === 'function';
