/** What a new epoch is told by, whichever database it begins on; and what must hold before it does. */
import type { Epoch } from '../../domain/admin/begin-epoch.ts';
import { verifyEvents } from '../../domain/admin/verify-events.ts';
import type { Store } from '../../domain/store.ts';
import { CommandRefused } from './command.ts';

/** A sound database of another program, or one that was never used, would pass every other check. Throws CommandRefused. */
export async function requireSound({ read }: Store, name: string): Promise<void> {
  if ((await read.events.head()).seq === 0)
    throw new CommandRefused(`${name} is no backup of Doorward: it holds no events.`);
  const { intact, fault } = await verifyEvents(read);
  if (!intact)
    throw new CommandRefused(
      `The events in ${name} were changed at number ${fault?.seq} (${fault?.what}). Restore another backup.`,
    );
}

/** What was taken away, for programs. */
export const epochJson = ({
  apiKeys,
  clientSecrets,
  signingKeys,
  compared: _compared,
  ...rest
}: Epoch): object => ({
  ...rest,
  api_keys: apiKeys,
  client_secrets: clientSecrets,
  signing_keys: signingKeys,
});

/** The same for people, line by line. */
export const epochLines = (epoch: Epoch): string[] => [
  'A backup cannot know what was taken away after it was made. Therefore:',
  `  - all sessions were ended (${epoch.sessions}), and no token of before is accepted: everybody signs in again`,
  ...(!epoch.compared
    ? [
        `  - all API keys were ended (${epoch.apiKeys})`,
        `  - all secrets of clients were ended (${epoch.clientSecrets}), and all consents (${epoch.grants}): clients need new secrets`,
        '  - all recovery codes are void: whoever has a second factor needs new ones',
      ]
    : [
        `  - API keys that were ended since are ended (${epoch.apiKeys})`,
        `  - accounts that were disabled or deleted since are disabled (${epoch.disabled})`,
        `  - passwords that were changed since stay changed (${epoch.passwords})`,
        `  - roles and permissions that were taken away since are taken away (${epoch.privileges})`,
        `  - consents and linked sign-ins that were taken back since are taken back (${epoch.grants + epoch.identities})`,
        `  - second factors, passkeys and recovery codes are as they were last (${epoch.factors} accounts)`,
        `  - clients are as they were last: ${epoch.clients} disabled, ${epoch.clientSecrets} secrets ended`,
      ]),
  'Accounts are as they were in the backup.',
];
