/** An authenticator inside a browser, as its debugger makes them: it answers by itself, as a person would who is always there. */
import type { CDPSession, Page } from 'playwright-core';

/** One in a page. */
export interface VirtualAuthenticator {
  /** The passkeys that it has, with their counts. */
  credentials(): Promise<readonly Held[]>;
  /** Puts a passkey in, in the place of one with the same id. */
  put(credential: Held): Promise<void>;
  /** Whether it knows its person from now on: by finger, face or lock. */
  verifies(verified: boolean): Promise<void>;
  /** Whether its person is there from now on. */
  attends(present: boolean): Promise<void>;
  /** Takes it out of the browser. */
  remove(): Promise<void>;
}

type Held = Awaited<ReturnType<typeof held>>[number];

const held = async (devTools: CDPSession, authenticatorId: string) =>
  (await devTools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

/** Lets a page have none: whoever asks for a passkey waits for somebody to plug one in. */
export async function withoutAuthenticator(page: Page): Promise<CDPSession> {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  return devTools;
}

/** Puts one into a page. */
export async function addAuthenticator(page: Page): Promise<VirtualAuthenticator> {
  const devTools = await withoutAuthenticator(page);
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: () => held(devTools, authenticatorId),
    put: async (credential) => {
      const { credentialId } = credential;
      await devTools.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
      await devTools.send('WebAuthn.addCredential', { authenticatorId, credential });
    },
    verifies: async (isUserVerified) =>
      void (await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })),
    attends: async (enabled) =>
      void (await devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })),
    remove: async () =>
      void (await devTools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })),
  };
}
