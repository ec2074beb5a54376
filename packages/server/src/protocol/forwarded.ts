import { isIPv4 } from 'node:net';
import { normalizeAddress, unknownNetwork } from '../base/network.ts';

/*
 * Where a request really came from, when proxies stand before us. Only `X-Forwarded-For` and
 * `X-Forwarded-Proto` are read, only from a peer that the operator named, and only as far as the chain of named
 * proxies reaches: everything to the left of it was written by the client.
 */

/** The connection, and which addresses the operator's proxies have. */
interface Hop {
  /** Address at the other end of the connection; undefined when it has none. */
  readonly peer: string | undefined;
  /** Whether an address belongs to a proxy of the operator. Nobody is trusted by default. */
  readonly trusted: (address: string) => boolean;
}

/**
 * The address of the client, in its one text: the peer, unless that is a trusted proxy; then the right-most
 * address of `X-Forwarded-For` that is not one. An entry that is no address ends the walk at the last good one. A
 * port after an entry is dropped. `unknown` when the peer has no address.
 */
export function clientAddress(hop: Hop & { readonly forwardedFor: string | undefined }): string {
  let client = trustedPeer(hop);
  if (client === undefined) return normalizeAddress(hop.peer ?? '') ?? unknownNetwork;
  const chain = hop.forwardedFor ?? '';
  for (let end = chain.length; end > 0; ) {
    const comma = chain.lastIndexOf(',', end - 1);
    const next = normalizeAddress(withoutPort(chain.slice(comma + 1, end).trim()));
    if (next === undefined) return client;
    client = next;
    if (!hop.trusted(client)) return client;
    end = comma;
  }
  return client;
}

/**
 * Whether a trusted proxy says that the client speaks HTTPS with it: the last value of `X-Forwarded-Proto`, the
 * one that the nearest proxy wrote.
 */
export function forwardedSecure(hop: Hop & { readonly forwardedProto: string | undefined }): boolean {
  if (hop.forwardedProto === undefined || trustedPeer(hop) === undefined) return false;
  const last = hop.forwardedProto.slice(hop.forwardedProto.lastIndexOf(',') + 1);
  return last.trim().toLowerCase() === 'https';
}

function trustedPeer({ peer, trusted }: Hop): string | undefined {
  const address = normalizeAddress(peer ?? '');
  return address !== undefined && trusted(address) ? address : undefined;
}

/** Some proxies write `192.0.2.1:4711`, `[2001:db8::1]` or `[2001:db8::1]:4711`. */
function withoutPort(entry: string): string {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(entry)?.[1];
  if (bracketed?.includes(':')) return bracketed;
  const colon = entry.indexOf(':');
  const host = entry.slice(0, Math.max(colon, 0));
  return isIPv4(host) && /^:\d{1,5}$/.test(entry.slice(colon)) ? host : entry;
}
