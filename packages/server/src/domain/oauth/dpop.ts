/**
 * Proofs of possession (RFC 9449): signature, claims, nonce. Nonces come from the clock and a key of the server, so that
 * every process knows those of the others and nothing is stored.
 */
import { createHmac } from 'node:crypto';
import { toBase64url } from '../../base/bytes.ts';
import { checkDpopProof, readDpopProof } from '../../protocol/oauth/dpop.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import { isSignedBy } from '../keys/verify-jws.ts';
import type { Ports } from '../ports.ts';
import { type OneUse, oneUse } from './seen-once.ts';

/** A nonce is given out for so many milliseconds and good for as long again. */
const noncePeriod = 120_000;
const nonceBytes = 16;
/** Seconds that a proof may be old, or the clocks of two machines may differ: the nonce sees to it that it is fresh. */
const window = 240;

type NoncePorts = Pick<Ports, 'clock' | 'vault'>;

/** The nonce that proofs have to name from now on (RFC 9449 §8). */
export const dpopNonce = (ports: NoncePorts): string => nonceOf(ports, periodOf(ports));

const periodOf = ({ clock }: NoncePorts): number => Math.floor(clock.now() / noncePeriod);

const nonceOf = ({ vault }: NoncePorts, period: number): string =>
  toBase64url(
    createHmac('sha256', vault.derive('dpop nonce')).update(String(period)).digest().subarray(0, nonceBytes),
  );

/** A proof that came with a request. */
export interface DpopClaim {
  /** The value of the `DPoP` header. */
  readonly header: string;
  readonly method: string;
  /** The path of the endpoint. */
  readonly path: string;
  /** The token that goes with the request; undefined where tokens are only given. */
  readonly accessToken: string | undefined;
}

/** A proof that holds. */
export interface ProvenKey {
  /** RFC 7638. */
  readonly thumbprint: string;
  /** To be used up with what it is for. */
  readonly use: OneUse;
}

/**
 * Proves the key behind a request (RFC 9449 §4.3). Throws `invalid_dpop_proof`, or `use_dpop_nonce` when only the nonce is
 * missing or old. That the proof was not used before is left to whoever uses it up.
 */
export function proveKey(
  ports: NoncePorts & Pick<Ports, 'settings'>,
  { header, method, path, accessToken }: DpopClaim,
): ProvenKey {
  const proof = readDpopProof(header);
  if (!isSignedBy(proof.key, proof.jws))
    throw new OAuthFault('invalid_dpop_proof', 'The proof is not good for this request.', {
      parameter: 'DPoP',
      check: 'dpop-signature',
    });
  const period = periodOf(ports);
  const { thumbprint } = proof.key;
  const used = checkDpopProof(proof, {
    method,
    uri: ports.settings.issuer + path,
    now: Math.floor(ports.clock.now() / 1000),
    window,
    accessToken,
    nonces: [nonceOf(ports, period), nonceOf(ports, period - 1)],
  });
  return { thumbprint, use: oneUse('dpop', thumbprint, used) };
}
