// budget: one table, read as a whole.
/** The one table of commands: how each is called, what it is for, and where it lives. Each is read when it is called. */
import { clientOptions } from './commands/client-options.ts';
import type { Command } from './commands/command.ts';
import type { SettingName } from './configuration/configuration-table.ts';

/** One command. */
export interface CommandRow {
  /** Its words and arguments, as commander writes them. */
  readonly usage: string;
  readonly summary: string;
  /** Flags and sentences of its own. */
  readonly options?: readonly (readonly [flags: string, sentence: string])[];
  /** Settings that it takes as flags beside the data folder; the environment and the file always give all. */
  readonly settings?: 'all' | readonly SettingName[];
  readonly load: () => Promise<Command>;
}

/** Commands that have commands below them. */
export const groups: Readonly<Record<string, string>> = {
  accounts: 'Look at accounts, make and change them.',
  roles: 'Roles and what they permit.',
  clients: 'The programs that people sign in to, and their secrets.',
  sessions: 'Who is signed in.',
  keys: 'The signing keys.',
  events: 'What happened.',
  mail: 'The way to the mail server.',
};

const accounts = () => import('./commands/accounts.ts');
const invitations = () => import('./commands/invitations.ts');
const roles = () => import('./commands/roles.ts');
const clients = () => import('./commands/clients.ts');
const registration = () => import('./commands/registration.ts');
const sessions = () => import('./commands/sessions.ts');
const keys = () => import('./commands/keys.ts');
const events = () => import('./commands/events.ts');

/** What a command needs to know that posts mails for the server to send. */
const mailSettings = ['issuer', 'port', 'production'] as const;

const limit = ['--limit <count>', 'At most so many (default: 100).'] as const;

/** All commands. */
export const commandTable: readonly CommandRow[] = [
  {
    usage: 'serve',
    summary: 'Serve until told to stop.',
    settings: 'all',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
  {
    usage: 'config',
    summary: 'Show every setting, its value and where that comes from.',
    settings: 'all',
    load: async () => (await import('./commands/config.ts')).showConfiguration,
  },
  {
    usage: 'doctor',
    summary: 'Check everything that the installation stands on.',
    settings: 'all',
    load: async () => (await import('./commands/doctor.ts')).examine,
  },
  {
    usage: 'accounts list',
    summary: 'List accounts in order of birth.',
    options: [
      ['--search <text>', 'Part of an identifier, or the start of a name.'],
      ['--after <id>', 'Continue after this account.'],
      limit,
    ],
    load: async () => (await accounts()).listAccounts,
  },
  {
    usage: 'accounts show <account>',
    summary: 'Show one account, named by id, e-mail address or username.',
    load: async () => (await accounts()).showAccount,
  },
  {
    usage: 'accounts create',
    summary: 'Make an account; the password is asked for.',
    options: [
      ['--email <address>', 'Its e-mail address.'],
      ['--username <name>', 'Its username.'],
      ['--name <text>', 'The name of the person.'],
      ['--roles <names>', 'Roles, separated by commas.'],
      ['--password-stdin', 'Read the password from the first line of standard input.'],
    ],
    load: async () => (await accounts()).createAnyAccount,
  },
  {
    usage: 'accounts invite',
    summary: 'Invite a mailbox to make an account; the link stands in the mail alone.',
    options: [
      ['--email <address>', 'The mailbox.'],
      ['--roles <names>', 'Roles of the account to be, separated by commas.'],
      ['--language <code>', 'Of the mail: en, de or ar (default: en).'],
    ],
    settings: mailSettings,
    load: async () => (await invitations()).inviteMailbox,
  },
  {
    usage: 'accounts invitations',
    summary: 'List the invitations that wait.',
    load: async () => (await invitations()).showInvitations,
  },
  {
    usage: 'accounts withdraw <invitation>',
    summary: 'Withdraw an invitation.',
    load: async () => (await invitations()).withdrawOffer,
  },
  {
    usage: 'accounts disable <account>',
    summary: 'Disable an account and end its sessions.',
    load: async () => (await accounts()).disableAccount,
  },
  {
    usage: 'accounts enable <account>',
    summary: 'Enable an account again.',
    load: async () => (await accounts()).enableAccount,
  },
  {
    usage: 'accounts delete <account>',
    summary: 'Delete an account with everything of it but its events.',
    load: async () => (await accounts()).deleteAnyAccount,
  },
  {
    usage: 'accounts reset-factors <account>',
    summary: 'Take all second factors and passkeys of an account away, and end its sessions.',
    load: async () => (await accounts()).resetAccountFactors,
  },
  {
    usage: 'accounts roles <account> [roles...]',
    summary: 'Replace the roles of an account.',
    options: [['--none', 'Take all roles away.']],
    load: async () => (await accounts()).setAccountRoles,
  },
  {
    usage: 'accounts set-up-link',
    summary: 'Make a link with which one more administrator can sign up.',
    settings: ['issuer', 'port'],
    load: async () => (await accounts()).offerSetUpLink,
  },
  { usage: 'roles list', summary: 'List the roles.', load: async () => (await roles()).listRoles },
  {
    usage: 'roles put <role> [permissions...]',
    summary: 'Make or replace a role.',
    options: [
      [
        '--requires <demand>',
        'What whoever holds it must sign in with: nothing, second-factor or passkey (default: as it was).',
      ],
    ],
    load: async () => (await roles()).putAnyRole,
  },
  {
    usage: 'roles delete <role>',
    summary: 'Delete a role that no account holds.',
    load: async () => (await roles()).deleteAnyRole,
  },
  {
    usage: 'clients list',
    summary: 'List clients in order of birth.',
    options: [['--after <id>', 'Continue after this client.'], limit],
    load: async () => (await clients()).listClients,
  },
  {
    usage: 'clients show <client>',
    summary: 'Show one client, named by its id.',
    load: async () => (await clients()).showClient,
  },
  {
    usage: 'clients create',
    summary: 'Make a client; its id and its secret are printed.',
    options: clientOptions,
    load: async () => (await clients()).createAnyClient,
  },
  {
    usage: 'clients change <client>',
    summary: 'Change a client; an empty value takes away what it had.',
    options: clientOptions,
    load: async () => (await clients()).changeAnyClient,
  },
  {
    usage: 'clients rotate-secret <client>',
    summary: 'Give a client a new secret.',
    options: [['--overlap <seconds>', 'How long the one before works on (default: 86400).']],
    load: async () => (await clients()).rotateClientSecret,
  },
  {
    usage: 'clients disable <client>',
    summary: 'Disable a client: it gets and opens nothing.',
    load: async () => (await clients()).disableClient,
  },
  {
    usage: 'clients enable <client>',
    summary: 'Enable a client again.',
    load: async () => (await clients()).enableClient,
  },
  {
    usage: 'clients delete <client>',
    summary: 'Delete a client with its secrets, consents and tokens.',
    load: async () => (await clients()).deleteAnyClient,
  },
  {
    usage: 'clients offer-registration',
    summary: 'Make a token by which programs may register themselves.',
    options: [
      ['--uses <count>', 'How many clients may be registered by it (default: 1).'],
      ['--expires-in <seconds>', 'How long it works (default: 86400).'],
    ],
    load: async () => (await registration()).offerAnyRegistration,
  },
  {
    usage: 'clients withdraw-registration <token>',
    summary: 'Take back such a token, named by its id; the clients that came by it stay.',
    load: async () => (await registration()).withdrawAnyRegistration,
  },
  {
    usage: 'sessions list <account>',
    summary: 'List the open sessions of an account.',
    load: async () => (await sessions()).listSessions,
  },
  {
    usage: 'sessions end [session]',
    summary: 'End a session, or all of an account.',
    options: [['--account <account>', 'All sessions of this account.']],
    load: async () => (await sessions()).endSessions,
  },
  { usage: 'keys list', summary: 'List the signing keys.', load: async () => (await keys()).listKeys },
  {
    usage: 'keys rotate',
    summary: 'Make the next signing key of an algorithm the active one.',
    options: [
      ['--algorithm <name>', 'EdDSA, ES256 or RS256 (default: the one for access tokens).'],
      ['--force', 'Even before guards have surely seen it: when the active key must go at once.'],
      ['--stolen', 'Withdraws all keys of the algorithm, and all JWTs that they have signed, for a new one.'],
    ],
    settings: ['accessToken', 'keyActive', 'keyPublishAhead', 'signingAlgorithm'],
    load: async () => (await keys()).rotateAnyKeys,
  },
  {
    usage: 'events list',
    summary: 'List events, oldest first.',
    options: [
      ['--after <number>', 'Continue after this event.'],
      ['--account <account>', 'Only those about this account.'],
      ['--type <type>', 'Only those of this type.'],
      limit,
    ],
    load: async () => (await events()).listEvents,
  },
  {
    usage: 'events verify',
    summary: 'Prove that no event was changed, removed or added by another way.',
    load: async () => (await events()).verifyAllEvents,
  },
  {
    usage: 'mail test',
    summary: 'Send a mail that says that mail works.',
    options: [
      ['--to <address>', 'Who gets it.'],
      ['--language <name>', 'en, de or ar (default: en).'],
    ],
    settings: [
      'issuer',
      'port',
      'smtpHost',
      'smtpPort',
      'smtpSecurity',
      'smtpAccount',
      'smtpPassword',
      'mailFrom',
      'mailFromName',
    ],
    load: async () => (await import('./commands/mail.ts')).sendTestMail,
  },
  {
    usage: 'why <decision>',
    summary: 'Explain a refusal by its decision id.',
    load: async () => (await import('./commands/why.ts')).explain,
  },
  {
    usage: 'growth',
    summary: 'Show what each table holds, what comes in a day, and when the disk will be full.',
    options: [
      ['--room <megabytes>', 'The free room for the database; else that of the disk of the data folder.'],
    ],
    settings: ['sessionAbsolute', 'endedSessionRetention', 'eventRetention'],
    load: async () => (await import('./commands/growth.ts')).showGrowth,
  },
  {
    usage: 'upgrade',
    summary: 'Bring the schema up to date, which every start does too.',
    options: [['--rehearse', 'Try it on a copy, tell how long it takes and who waits, and change nothing.']],
    load: async () => (await import('./commands/upgrade.ts')).upgrade,
  },
  {
    usage: 'move',
    summary:
      'Bring the data to another database while servers serve; they go along, and nobody is signed out.',
    options: [
      ['--to <place>', 'postgres://name@host:5432/database, or a data folder.'],
      ['--password-stdin', 'Read the password of the target from the first line of standard input.'],
      ['--give-up', 'Forget a move that was stopped.'],
    ],
    load: async () => (await import('./commands/move.ts')).move,
  },
  {
    usage: 'backup <file>',
    summary: 'Write a copy of the database to a new file, also while a server runs.',
    load: async () => (await import('./commands/backup.ts')).backUp,
  },
  {
    usage: 'restore <file>',
    summary: 'Put a backup in the place of the database. Everybody signs in again.',
    options: [['--force', 'Replace the database that is there; it is kept aside.']],
    settings: ['accessToken'],
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    usage: 'restored',
    summary: 'After pg_restore: end what the dump may bring back. Everybody signs in again.',
    options: [
      ['--replaced <url>', 'The database that it takes the place of: what was taken away there stays so.'],
      ['--password-stdin', 'Read the password for --replaced from standard input.'],
      ['--dangerously-keep', 'Take nothing away: for a whole copy of a database from which nobody serves.'],
    ],
    settings: ['accessToken'],
    load: async () => (await import('./commands/restored.ts')).restored,
  },
];
