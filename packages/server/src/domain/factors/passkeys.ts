/**
 * The passkeys of an account: register, rename, remove (WebAuthn Level 3, §7.1). No attestation is asked for, so none that would
 * have to be looked up elsewhere is accepted.
 */
import { toBase64url } from '../../base/bytes.ts';
import { uuidBytes, uuidv7 } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { Ports } from '../ports.ts';
import type { Transaction } from '../store.ts';
import { beginCeremony, type Ceremony, type CeremonyScope, openCeremony, useCeremony } from './ceremony.ts';
import { factorAdded, removeFactor } from './change-factors.ts';
import type { Passkey } from './factor.ts';
import { type FactorOwner, mayChangeFactors } from './factor-owner.ts';
import { type NewCredential, refused, refuseFramed } from './passkey-answer.ts';
import { type OfferedPasskey, relyingParty } from './prove-passkey.ts';
import type { ConfirmedFactor, Enrolled } from './totp.ts';

/** How many passkeys an account may have. */
export const mostPasskeys = 20;
const patience = 300_000;

/** EdDSA, ES256, RS256 by their COSE numbers, the best first: one of them every authenticator has. */
const algorithms = [-8, -7, -257];

const scopeOf = ({ accountId }: FactorOwner, boundTo: string): CeremonyScope => ({
  purpose: 'register',
  boundTo,
  accountId,
});

/**
 * Asks an authenticator for a new passkey that signs in alone, by options as
 * `PublicKeyCredential.parseCreationOptionsFromJSON` takes them. `boundTo` is the id of the session, or of the sign-in under
 * way. Throws `proof_too_old`, `proof_too_weak`, `passkey_limit` and `not_found`.
 */
export async function offerRegistration(
  ports: Ports,
  owner: FactorOwner,
  boundTo: string,
): Promise<OfferedPasskey> {
  const { read } = ports.store;
  const { accountId } = owner;
  const { passkeys: count } = await mayChangeFactors(ports, read, owner);
  if (count >= mostPasskeys)
    throw fail('passkey_limit', { detail: { check: 'passkey-limit', account: accountId } });
  const account = await read.accounts.find(accountId);
  if (!account) throw fail('not_found', { detail: { account: accountId } });
  const { generateRegistrationOptions } = await import('@simplewebauthn/server');
  const { challenge, ceremony } = beginCeremony(ports, scopeOf(owner, boundTo));
  const { id: rpID } = relyingParty(ports);
  const identifier = account.email ?? account.username ?? account.id;
  const options = await generateRegistrationOptions({
    rpName: rpID,
    rpID,
    userName: identifier,
    userDisplayName: account.name === '' ? identifier : account.name,
    userID: new Uint8Array(uuidBytes(accountId)),
    challenge,
    timeout: patience,
    attestationType: 'none',
    supportedAlgorithmIDs: algorithms,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: (await read.passkeys.list(accountId)).map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: [...transports],
    })),
  });
  return { ceremony, options };
}

/** The answer of an authenticator to a registration. */
export interface Registration {
  readonly ceremony: string;
  readonly boundTo: string;
  readonly credential: NewCredential;
  readonly name: string;
}

/** A passkey that was made, and is still to be registered. */
export interface MadePasskey extends ConfirmedFactor {
  readonly passkey: Passkey;
}

/** Looks at what an authenticator has made. Throws `ceremony_over` and `passkey_refused`. */
export async function checkRegistration(
  ports: Ports,
  owner: FactorOwner,
  { ceremony: text, boundTo, credential, name }: Registration,
): Promise<MadePasskey> {
  const ceremony = openCeremony(ports, text, scopeOf(owner, boundTo));
  refuseFramed(credential.response.clientDataJSON);
  const { accountId } = owner;
  const now = ports.clock.now();
  const passkey: Passkey = {
    id: uuidv7(now),
    accountId,
    name,
    createdAt: now,
    usedAt: 0,
    ...(await verify(ports, ceremony, credential)),
  };
  const enrol = async (tx: Transaction): Promise<Enrolled> => {
    const held = await mayChangeFactors(ports, tx, owner);
    if (held.passkeys >= mostPasskeys)
      throw fail('passkey_limit', { detail: { check: 'passkey-limit', account: accountId } });
    await useCeremony(tx, ceremony);
    if (!(await tx.passkeys.insert(passkey)))
      throw fail('passkey_taken', { detail: { check: 'passkey-taken', account: accountId } });
    const factor = { kind: 'passkey', id: passkey.id, name } as const;
    return { recoveryCodes: await factorAdded(ports, tx, { owner, held, factor }) };
  };
  return { passkey, enrol };
}

/**
 * Registers a passkey. Throws `ceremony_over`, `passkey_refused`, `passkey_taken` for a credential that some account has,
 * `passkey_limit`, `proof_too_old`, `proof_too_weak` and `store_unavailable`.
 */
export async function registerPasskey(
  ports: Ports,
  owner: FactorOwner,
  registration: Registration,
): Promise<Enrolled & { readonly passkey: Passkey }> {
  const { passkey, enrol } = await checkRegistration(ports, owner, registration);
  return { passkey, ...(await ports.store.transact(enrol)) };
}

type Verified = Pick<
  Passkey,
  'credentialId' | 'publicKey' | 'counter' | 'transports' | 'aaguid' | 'isBackupEligible' | 'isBackedUp'
>;

async function verify(ports: Ports, ceremony: Ceremony, credential: NewCredential): Promise<Verified> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(ports);
  const { id, rawId, type, response } = credential;
  const { clientDataJSON, attestationObject, transports = [] } = response;
  await refuseAttestation(attestationObject);
  const verified = await verifyRegistrationResponse({
    response: {
      id,
      rawId,
      type,
      response: { clientDataJSON, attestationObject },
      clientExtensionResults: {},
    },
    expectedChallenge: ceremony.challenge,
    expectedOrigin,
    expectedRPID,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch((thrown: unknown) => {
    throw refused('passkey-answer', {
      fault: thrown instanceof Error ? thrown.message.slice(0, 200) : 'unknown',
    });
  });
  if (!verified.verified) throw refused('passkey-signature');
  const { credential: made, aaguid, credentialDeviceType, credentialBackedUp } = verified.registrationInfo;
  if (made.id !== id) throw refused('passkey-answer', { fault: 'two credential ids' });
  return {
    credentialId: made.id,
    publicKey: made.publicKey,
    counter: made.counter,
    transports: knownTransports.filter((one) => transports.includes(one)),
    aaguid,
    isBackupEligible: credentialDeviceType === 'multiDevice',
    isBackedUp: credentialBackedUp,
  };
}

/** WebAuthn Level 3, §5.8.4. */
const knownTransports: readonly string[] = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal'];

/**
 * We ask for no attestation, and browsers then send none, or one by the new key itself. A chain of certificates is refused
 * before the library sees it: it would ask for revocation lists at addresses that the chain names.
 */
async function refuseAttestation(attestationObject: string): Promise<void> {
  const { decodeAttestationObject, isoBase64URL } = await import('@simplewebauthn/server/helpers');
  let isBare: boolean;
  try {
    const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
    const fmt = decoded.get('fmt');
    isBare = fmt === 'none' || (fmt === 'packed' && decoded.get('attStmt').get('x5c') === undefined);
  } catch {
    throw refused('attestation-malformed');
  }
  if (!isBare) throw refused('attestation');
}

/** Renames a passkey. Throws `not_found` when the account has no such passkey, whoever else's it may be. */
export async function renamePasskey(
  { store, clock }: Ports,
  { id, accountId, name, network }: Pick<Passkey, 'id' | 'accountId' | 'name'> & { readonly network: string },
): Promise<void> {
  await store.transact(async (tx) => {
    if (!(await tx.passkeys.rename({ id, accountId, name })))
      throw fail('not_found', { detail: { passkey: id } });
    const event = { type: 'passkey.renamed', accountId, actor: accountId, network, data: { id } } as const;
    await appendEvent(tx, clock.now(), event);
  });
}

/**
 * Removes a passkey of its owner. Throws what `removeFactor` throws.
 */
export async function removePasskey(ports: Ports, owner: FactorOwner, id: string): Promise<void> {
  const { accountId } = owner;
  const found = (await ports.store.read.passkeys.list(accountId)).find((one) => one.id === id);
  if (!found) throw fail('not_found', { detail: { passkey: id } });
  await removeFactor(ports, owner, {
    word: 'pop',
    factor: { kind: 'passkey', id, name: found.name },
    remove: (tx) => tx.passkeys.delete(id, accountId),
  });
}

/** What a browser tells its authenticators after a removal, so that they offer what is gone no more (§5.1.10, Signal API). */
export async function acceptedCredentials(
  ports: Ports,
  accountId: string,
): Promise<{
  readonly relyingPartyId: string;
  readonly userHandle: string;
  readonly credentialIds: readonly string[];
}> {
  const passkeys = await ports.store.read.passkeys.list(accountId);
  return {
    relyingPartyId: relyingParty(ports).id,
    userHandle: toBase64url(uuidBytes(accountId)),
    credentialIds: passkeys.map(({ credentialId }) => credentialId),
  };
}

/** What a browser tells its authenticators of a passkey that opens nothing here; undefined for one that does (Signal API). */
export async function unknownCredential(
  ports: Ports,
  credentialId: string,
): Promise<{ readonly rpId: string; readonly credentialId: string } | undefined> {
  const passkey = await ports.store.read.passkeys.findByCredential(credentialId);
  return passkey ? undefined : { rpId: relyingParty(ports).id, credentialId };
}
