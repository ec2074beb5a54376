/*
 * Which IP addresses are out in the open. Everything that the registries of special-purpose addresses (RFC 6890 and its
 * successors) keep for machines, networks, tunnels, documentation or nobody yet is not.
 */
import { addressMatcher, normalizeAddress } from './network.ts';

/** IPv4 blocks that are not globally reachable, and those that nobody should serve from. */
const closedIpv4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by customers of a carrier (RFC 6598)
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, and the metadata of clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
];

/** Blocks inside the global unicast of IPv6 that are not out in the open, or lead through a tunnel to where we cannot see. */
const closedIpv6 = [
  '2001::/23', // protocol assignments, among them Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address of any kind
  '3fff::/20', // documentation
];

const isClosed = addressMatcher([...closedIpv4, ...closedIpv6]);
/** The only part of IPv6 that is assigned to the open Internet (RFC 4291 §2.4). */
const isGlobalUnicast = addressMatcher(['2000::/3']);

/**
 * Whether a text is an IP address on the open Internet. An IPv4-mapped address is judged as the IPv4 address; what is no
 * address is not public.
 */
export function isPublicAddress(text: string): boolean {
  const address = normalizeAddress(text);
  if (address === undefined || isClosed(address)) return false;
  return !address.includes(':') || isGlobalUnicast(address);
}
