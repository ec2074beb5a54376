/** The door to the outgoing gate: most processes never ask anybody, so what lies behind is loaded at the first request. */
import type { Outgoing } from '../../domain/outgoing.ts';
import { isAllowedPlace } from './allowed-place.ts';
import type { OutgoingParts } from './outgoing-gate.ts';

/** Makes the gate. */
export function createOutgoing(parts: OutgoingParts): Outgoing {
  let gate: Promise<Omit<Outgoing, 'allows'>> | undefined;
  const open = (): Promise<Omit<Outgoing, 'allows'>> =>
    (gate ??= import('./outgoing-gate.ts').then(({ createGate }) => createGate(parts)));
  return {
    allows: (url) => isAllowedPlace(URL.parse(url), parts.outgoingAllow),
    fetchJson: async (url, bounds) => (await open()).fetchJson(url, bounds),
    post: async (url, form, bounds) => (await open()).post(url, form, bounds),
  };
}

/** Whether a text names a place as `outgoingAllow` wants it: a host in the spelling of URLs, and a port. */
export function isPlace(text: string): boolean {
  const [, host = '', port = ''] = /^(\[[\da-f:.]+\]|[\w.-]+):([1-9]\d{0,4})$/.exec(text) ?? [];
  return Number(port) <= 65_535 && URL.parse(`https://${host}/`)?.host === host;
}
