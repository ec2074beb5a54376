/**
 * The only way any credential becomes a principal.
 */
import { parseAuthorization } from '../../protocol/authorization-header.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { SessionWithAccount } from '../store.ts';
import type { Carrier, Proof, Wire } from '../tokens/carrier.ts';

/** Who is calling, after the check. */
export interface Principal extends Proof {
  /** The carrier that was presented. */
  readonly carrier: Carrier;
  /** None where there are scopes: a role would say more than they do. */
  readonly roles: readonly string[];
  /** What the roles permit, within the scopes where there are some; sorted. */
  readonly permissions: readonly string[];
}

/** What is accepted as a credential. */
export interface Acceptance {
  /** In the order they are looked for. */
  readonly carriers: readonly Carrier[];
  readonly accepts: (carrier: Carrier) => boolean;
}

/**
 * Makes a principal of what came with a request, looking only for the carriers that are accepted. Throws
 * `credentials_missing` when there is nothing, `carrier_refused` when there is something of another kind,
 * `credentials_invalid` when it does not hold, and for Basic what `provePassword` throws.
 */
export async function authenticate(
  ports: Ports,
  wire: Wire,
  { carriers, accepts }: Acceptance,
): Promise<Principal> {
  // A header is an explicit choice and beats cookies, which a browser sends by itself.
  const explicit = wire.header('authorization') !== undefined;
  for (const carrier of carriers) {
    if (explicit && carrier.cookies) continue;
    const value = carrier.find(wire);
    if (value === undefined) continue;
    if (!accepts(carrier))
      throw fail('carrier_refused', { detail: { check: 'carrier', carrier: carrier.name } });
    const proof = await carrier.check(ports, value, wire);
    if ('refused' in proof) {
      throw fail('credentials_invalid', { detail: { carrier: carrier.name, ...proof.refused } });
    }
    if (carrier.name !== 'basic') ports.tally.carried();
    const permissions = proof.roles.length === 0 ? none : await permissionsOf(ports, proof);
    return { ...proof, carrier, permissions, roles: proof.scopes ? none : proof.roles };
  }
  if (!explicit) throw fail('credentials_missing', { detail: { check: 'no-credential' } });
  const scheme = parseAuthorization(wire.header('authorization'))?.scheme;
  throw fail('credentials_invalid', { detail: { check: 'authorization-header', scheme } });
}

/** The live sessions that a browser's cookies carry: a sign-in by cookie takes their place. */
export async function heldSessions(
  ports: Ports,
  wire: Wire,
  carriers: readonly Carrier[],
): Promise<SessionWithAccount[]> {
  const held: SessionWithAccount[] = [];
  for (const carrier of carriers) {
    const value = carrier.cookies && carrier.find(wire);
    if (value === undefined) continue;
    const proof = await carrier.check(ports, value, wire);
    if (!('refused' in proof) && proof.session) held.push(proof.session);
  }
  return held;
}

async function permissionsOf({ store }: Ports, { roles, scopes }: Proof): Promise<readonly string[]> {
  const permissions = await store.read.roles.permissions(roles);
  return scopes ? permissions.filter((permission) => scopes.includes(permission)) : permissions;
}

const none: readonly string[] = [];
