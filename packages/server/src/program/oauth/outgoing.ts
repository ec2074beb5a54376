/** The door to the outgoing gate: most processes never ask anybody, so what lies behind is loaded at the first request. */
import type { Outgoing } from '../../domain/outgoing.ts';
import type { OutgoingParts } from './outgoing-gate.ts';

/** Makes the gate. */
export function createOutgoing(parts: OutgoingParts): Outgoing {
  let gate: Promise<Outgoing> | undefined;
  const open = (): Promise<Outgoing> =>
    (gate ??= import('./outgoing-gate.ts').then(({ createGate }) => createGate(parts)));
  return {
    fetchJson: async (url, bounds) => (await open()).fetchJson(url, bounds),
    post: async (url, form, bounds) => (await open()).post(url, form, bounds),
  };
}

/** Whether a text names a place as `outgoingAllow` wants it: a host in the spelling of URLs, and a port. */
export function isPlace(text: string): boolean {
  const [, host = '', port = ''] = /^(\[[\da-f:.]+\]|[\w.-]+):([1-9]\d{0,4})$/.exec(text) ?? [];
  return Number(port) <= 65_535 && URL.parse(`https://${host}/`)?.host === host;
}
