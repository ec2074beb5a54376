/**
 * Opening what a server stands on: the database, the keys and the ports of the domain over them. The server builds its routes on
 * this; commands need no more.
 */
import { type Clock, systemClock } from '../base/clock.ts';
import { createHashingQueue } from '../domain/accounts/hashing-queue.ts';
import { type Argon2, createPasswords, type Passwords } from '../domain/accounts/passwords.ts';
import { createClientKeys } from '../domain/clients/client-keys.ts';
import { createKeyRing } from '../domain/keys/key-ring.ts';
import { keepKeys, publishChosenKeys } from '../domain/keys/rotate-keys.ts';
import type { SigningCrew } from '../domain/keys/signer.ts';
import { createVault } from '../domain/keys/vault.ts';
import type { CustomClaims } from '../domain/oauth/custom-claims.ts';
import type { Ports } from '../domain/ports.ts';
import type { Store, Topic } from '../domain/store.ts';
import { createHandles } from '../domain/tokens/handle.ts';
import { createRevocationFeed, type RevocationFeed } from '../domain/tokens/revocation-feed.ts';
import type { PageCheck } from '../store/sqlite/damage.ts';
import { loadArgon2 } from './accounts/argon2.ts';
import { createHashingPlaces } from './accounts/hashing-places.ts';
import { type Configuration, domainSettings } from './configuration/configuration.ts';
import { readMasterKey } from './configuration/master-key.ts';
import { clockOf } from './dev/time-travel.ts';
import { createTallies, type Tallies } from './logs/tallies.ts';
import { mailWay, refuseWithoutMail } from './mail/mail-way.ts';
import { createPosting } from './mail/posting.ts';
import { createOutgoing } from './oauth/outgoing.ts';
import { openStore } from './open-store.ts';
import { createSigningThread } from './signing-thread.ts';
import { readProviders } from './upstream/providers.ts';
import { createUpstream } from './upstream/upstream.ts';

/** What the configuration does not say. */
export interface PortsExtras {
  /** The machine's unless given. */
  readonly clock?: Clock | undefined;
  readonly report?: ((thrown: unknown) => void) | undefined;
  readonly dangerousPasswordHash?: Argon2 | undefined;
  /** Claims of the operator's own. */
  readonly customClaims?: CustomClaims | undefined;
  /** Called when a session was ended. */
  readonly onRevoked?: (() => void) | undefined;
  /** Called when a mail was put into the outbox, and is on disk. */
  readonly onPosted?: (() => void) | undefined;
  /** Called when another process put something into an outbox. */
  readonly onOutbox?: (() => void) | undefined;
  /** The port that is really listened on. */
  readonly port: number;
  /** Reads through the database first. */
  readonly integrityCheck?: boolean | undefined;
  /** Reads through a large database beside what begins. */
  readonly pageCheck?: PageCheck | undefined;
  /** A command looks in, perhaps beside a server and without its settings: they bring no further key into use. */
  readonly visits?: boolean | undefined;
}

/** What a server stands on, open. */
export interface OpenPorts {
  readonly ports: Ports;
  readonly feed: RevocationFeed;
  readonly tallies: Tallies;
  /** Waits for what was queued and lets go of the store. */
  close(): Promise<void>;
}

/**
 * Opens it, or makes it: runs migrations, makes missing keys. Throws SchemaRefused for a database that it must
 * not touch, and ConfigurationRefused where people sign up by mail and none can be sent.
 */
export async function openPorts(values: Configuration, extras: PortsExtras): Promise<OpenPorts> {
  const clock = clockOf(values, extras.clock ?? systemClock);
  if (!extras.visits) refuseWithoutMail(values);
  const { integrityCheck, pageCheck, report } = extras;
  const store = await openStore(values, { clock, integrityCheck, pageCheck, report });
  const crew = createSigningThread();
  try {
    const close = async (): Promise<void> => {
      await store.close();
      crew.close();
    };
    return { ...(await composePorts(store, values, { ...extras, clock, crew })), close };
  } catch (thrown) {
    await store.close();
    crew.close();
    throw thrown;
  }
}

/** The ports over a store. */
async function composePorts(
  bare: Store,
  values: Configuration,
  extras: PortsExtras & { readonly clock: Clock; readonly crew: SigningCrew },
): Promise<Omit<OpenPorts, 'close'>> {
  const { clock, report = () => undefined, port, visits = false } = extras;
  const feed = createRevocationFeed({ read: bare.read, clock });
  const { store, note } = createPosting(bare, extras.onPosted);
  const tallies = createTallies({
    onRevoked: () => {
      feed.nudge();
      extras.onRevoked?.();
    },
    onPosted: note,
  });
  const vault = createVault(readMasterKey(values.dataFolder, values.masterKey));
  const settings = domainSettings(values, port);
  const { outgoingAllow } = values;
  const outgoing = createOutgoing({ clock, outgoingAllow });
  // A command signs nobody in, and need not have the providers' secrets.
  const providers = visits
    ? []
    : readProviders(values.providers, { environment: process.env, outgoingAllow });
  const ports: Ports = {
    store,
    clock,
    vault,
    settings,
    handles: createHandles(vault),
    keys: createKeyRing({ store, vault, settings, clock, crew: extras.crew }),
    passwords: openPasswords(values, { ...extras, served: tallies.served }),
    outgoing,
    clientKeys: createClientKeys({ clock, outgoing }),
    upstream: createUpstream({ providers, clock, issuer: settings.issuer, outgoingAllow }),
    customClaims: extras.customClaims,
    mail: mailWay(values),
    tally: tallies,
    report,
  };
  const heard: Record<Topic, () => void> = {
    revocations: feed.nudge,
    keys: () => void ports.keys.reload().catch(report),
    outbox: () => extras.onOutbox?.(),
  };
  if (!visits) bare.onNews((about) => heard[about]());
  await bringKeys(ports, visits);
  return { ports, feed, tallies };
}

/** Looks first: under another master key nothing may be made. */
async function bringKeys({ store, vault, settings, clock, keys }: Ports, visits: boolean): Promise<void> {
  await keys.reload();
  const life = { store, vault, settings, now: clock.now() };
  await keepKeys(life, { begins: !visits });
  if (!visits) await publishChosenKeys(life);
  await keys.reload();
}

function openPasswords(
  { hashingConcurrency: concurrency, hashingQueue: length, workers }: Configuration,
  {
    clock,
    served,
    dangerousPasswordHash,
  }: PortsExtras & { readonly clock: Clock; readonly served: () => number },
): Passwords {
  const places = createHashingPlaces({ most: concurrency, workers, served, clock });
  const queue = createHashingQueue({ concurrency, places, length });
  return createPasswords(dangerousPasswordHash ?? loadArgon2(), queue);
}
