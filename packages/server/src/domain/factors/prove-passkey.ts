/**
 * Proving by a passkey (WebAuthn Level 3, §7.2): alone, when its authenticator has verified the person, or as a second factor.
 * Whose it is says the stored credential and nothing that came with the request.
 */
import { equalText, toBase64url } from '../../base/bytes.ts';
import { uuidBytes } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import { passkeyCharge, restore, spend } from '../sessions/attempt-budget.ts';
import { beginCeremony, type Ceremony, type CeremonyScope, openCeremony, useCeremony } from './ceremony.ts';
import type { Passkey } from './factor.ts';
import { refused, refuseFramed, type ShownCredential } from './passkey-answer.ts';
import type { ProvenFactor } from './proven-factor.ts';
import { tellFactors } from './tell-factors.ts';

/** What a browser is asked with, as `PublicKeyCredential.parseRequestOptionsFromJSON` takes it. */
export interface OfferedPasskey {
  /** Comes back with the answer. */
  readonly ceremony: string;
  readonly options: object;
}

/** Milliseconds that a browser may wait for its person. */
const patience = 300_000;

/**
 * Asks for a passkey: for any of this server, which says by itself whose it is (`sign-in`), or for one of an account
 * (`second-factor`). Everybody who asks for the first is answered alike, so that nothing is learned by it.
 */
export async function offerPasskey(
  ports: Ports,
  scope: CeremonyScope & { readonly purpose: 'sign-in' | 'second-factor' },
): Promise<OfferedPasskey> {
  const { generateAuthenticationOptions } = await import('@simplewebauthn/server');
  const isAlone = scope.purpose === 'sign-in';
  const passkeys = isAlone ? [] : await ports.store.read.passkeys.list(scope.accountId);
  const { challenge, ceremony } = beginCeremony(ports, scope);
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(ports).id,
    challenge,
    timeout: patience,
    userVerification: isAlone ? 'required' : 'preferred',
    allowCredentials: passkeys.map(({ credentialId: id, transports }) => ({
      id,
      transports: [...transports],
    })),
  });
  return { ceremony, options };
}

/** This server as authenticators know it: from the configured issuer alone (WebAuthn Level 3, §13.4.9). */
export function relyingParty({ settings }: Pick<Ports, 'settings'>): {
  readonly id: string;
  readonly origin: string;
} {
  const { hostname: id, origin } = new URL(settings.issuer);
  return { id, origin };
}

/** Who shows a passkey, and what for. */
export interface PasskeyClaim {
  readonly purpose: 'sign-in' | 'second-factor';
  readonly ceremony: string;
  readonly boundTo: string;
  /** Whose it has to be; empty for `sign-in`. */
  readonly accountId: string;
  readonly credential: ShownCredential;
  readonly network: string;
  /** Of the mail that tells of a copy. */
  readonly language: MailLanguage;
}

/** A passkey that holds, and is still to be used up. */
export interface ProvenPasskey extends ProvenFactor {
  readonly accountId: string;
}

/**
 * Proves a passkey. A count that went back is told by an event and a mail, and refused: there may be a copy (§6.1.1). Throws
 * `ceremony_over`, `passkey_refused`, `attempts_exhausted` and `store_unavailable`.
 */
export async function provePasskey(ports: Ports, claim: PasskeyClaim): Promise<ProvenPasskey> {
  const { credential, network } = claim;
  const ceremony = openCeremony(ports, claim.ceremony, claim);
  const charges = [passkeyCharge(ports, network)];
  await spend(ports, charges, network);
  refuseFramed(credential.response.clientDataJSON);
  const passkey = await ports.store.read.passkeys.findByCredential(credential.id);
  if (!passkey) throw refused('passkey-unknown');
  refuseOther(passkey, claim);
  const shown = await verify(ports, { claim, ceremony, passkey });
  const { newCounter: counter, credentialBackedUp: isBackedUp } = shown;
  const detail = { account: passkey.accountId, passkey: passkey.id };
  if ((shown.credentialDeviceType === 'multiDevice') !== passkey.isBackupEligible)
    throw refused('passkey-backup-eligibility', detail);
  if (counter <= passkey.counter && (counter > 0 || passkey.counter > 0))
    throw await cloned(ports, passkey, { counter, ...claim });
  return {
    word: 'pop',
    isVerified: shown.userVerified,
    accountId: passkey.accountId,
    use: async (tx) => {
      await useCeremony(tx, ceremony);
      const use = { id: passkey.id, counter, isBackedUp, usedAt: ports.clock.now() };
      if (!(await tx.passkeys.use(use))) throw refused('passkey-changed', detail);
      await restore(tx, charges);
    },
  };
}

/** §7.2 step 6: the account that it claims is the one that it was registered for; alone it has to claim one. */
function refuseOther(
  { accountId, id }: Passkey,
  { purpose, accountId: wanted, credential }: PasskeyClaim,
): void {
  const { userHandle } = credential.response;
  const isWanted = purpose === 'sign-in' ? userHandle !== undefined : accountId === wanted;
  const isOwn = userHandle === undefined || equalText(userHandle, toBase64url(uuidBytes(accountId)));
  if (!isWanted || !isOwn) throw refused('passkey-owner', { account: accountId, passkey: id });
}

/** The library judges all but the count: that is only believed once the signature holds. */
async function verify(
  ports: Ports,
  { claim, ceremony, passkey }: { claim: PasskeyClaim; ceremony: Ceremony; passkey: Passkey },
) {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  const { id: expectedRPID, origin: expectedOrigin } = relyingParty(ports);
  const { id, rawId, type, response } = claim.credential;
  const { userHandle, ...answer } = response;
  const verified = await verifyAuthenticationResponse({
    response: {
      id,
      rawId,
      type,
      response: userHandle === undefined ? answer : { ...answer, userHandle },
      clientExtensionResults: {},
    },
    expectedChallenge: ceremony.challenge,
    expectedOrigin,
    expectedRPID,
    requireUserVerification: claim.purpose === 'sign-in',
    credential: { id: passkey.credentialId, publicKey: new Uint8Array(passkey.publicKey), counter: 0 },
  }).catch((thrown: unknown) => {
    throw refused('passkey-answer', {
      account: passkey.accountId,
      passkey: passkey.id,
      fault: thrown instanceof Error ? thrown.message.slice(0, 200) : 'unknown',
    });
  });
  if (!verified.verified)
    throw refused('passkey-signature', { account: passkey.accountId, passkey: passkey.id });
  return verified.authenticationInfo;
}

async function cloned(
  ports: Ports,
  { id, accountId, name, counter: last }: Passkey,
  { counter, network, language }: Pick<PasskeyClaim, 'network' | 'language'> & { readonly counter: number },
): Promise<Error> {
  const { store, clock, tally } = ports;
  tally.signIn('refused');
  const data = { passkey: id, counter, last };
  await store.transact(async (tx) => {
    await appendEvent(tx, clock.now(), {
      type: 'passkey.cloned',
      accountId,
      actor: 'stranger',
      network,
      data,
    });
    await tellFactors(ports, tx, { accountId, network, language, news: { kind: 'passkey-copied', name } });
  });
  return refused('passkey-counter', { account: accountId, ...data });
}
