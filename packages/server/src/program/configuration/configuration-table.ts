// budget: one table, read as a whole.
/**
 * The one table of configuration: name, environment name, type and unit, default, one sentence. The loader, the help,
 * `doorward config` and docs/config.md are all made from it.
 */
import { availableParallelism } from 'node:os';

/** The type of a setting, with its unit. */
export type SettingType =
  | { readonly kind: 'text' }
  | { readonly kind: 'secret' }
  | { readonly kind: 'url' }
  | { readonly kind: 'list' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  | {
      readonly kind: 'number';
      readonly unit: 'seconds' | 'bytes' | 'count';
      readonly least: number;
      readonly most: number;
    };

/** One row. */
export interface SettingRow {
  readonly type: SettingType;
  /** Undefined: there is none, the sentence says what happens then. */
  readonly fallback: string | number | readonly string[] | undefined;
  /** What it decides, in one sentence. */
  readonly sentence: string;
  /** A name that the environment may have for it beside our own, because hosts give it so. */
  readonly alias?: string;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const seconds = (least: number, most: number) => ({ kind: 'number', unit: 'seconds', least, most }) as const;
const count = (least: number, most: number) => ({ kind: 'number', unit: 'count', least, most }) as const;

/** All settings, by name. The environment name is DOORWARD_ and the name in capitals with underscores. */
export const configurationTable = {
  issuer: {
    type: { kind: 'url' },
    fallback: undefined,
    sentence:
      'The public address of this server, the issuer of its tokens; unless set, http://localhost and the port.',
  },
  audience: {
    type: { kind: 'text' },
    fallback: undefined,
    sentence: 'The audience of access tokens; unless set, the issuer.',
  },
  resources: {
    type: { kind: 'list' },
    fallback: [],
    sentence:
      'APIs beside the audience that clients may ask tokens for by their absolute URI; none unless set.',
  },
  freeScopes: {
    type: { kind: 'list' },
    fallback: [],
    sentence:
      'Scopes beside openid, profile, email and offline_access that any account may give to a client; all others are permissions, and come with roles.',
  },
  host: {
    type: { kind: 'text' },
    fallback: '127.0.0.1',
    sentence: 'The address to listen on; only this machine unless told otherwise.',
  },
  port: { type: count(0, 65_535), fallback: 3000, sentence: 'The port to listen on; 0 takes any free one.' },
  workers: { type: count(1, 256), fallback: 1, sentence: 'How many processes serve on the one database.' },
  production: {
    type: { kind: 'choice', of: ['yes', 'no'] },
    fallback: undefined,
    sentence:
      'Whether people depend on this server: then nothing that is for developers exists, such as the inbox of mails; unless set, yes when the issuer is https.',
  },
  dataFolder: {
    type: { kind: 'text' },
    fallback: 'data',
    sentence: 'The folder of the database and the master key.',
  },
  databaseUrl: {
    type: { kind: 'secret' },
    fallback: undefined,
    alias: 'DATABASE_URL',
    sentence:
      'The address of a Postgres database, postgres://name:password@host:5432/database; the environment may say it as DATABASE_URL, too. Unless set, the database is in the data folder.',
  },
  databasePool: {
    type: count(3, 500),
    fallback: 10,
    sentence: 'Connections to Postgres that a process holds at most, beside one that it listens on.',
  },
  databaseConnectTimeout: {
    type: seconds(1, 60),
    fallback: 5,
    sentence: 'How long Postgres may take to accept a connection.',
  },
  databaseStatementTimeout: {
    type: seconds(1, 300),
    fallback: 10,
    sentence: 'How long Postgres may take for a statement.',
  },
  databasePrepared: {
    type: { kind: 'choice', of: ['yes', 'no'] },
    fallback: 'yes',
    sentence:
      'Whether connections to Postgres are kept for one process: no behind a pooler that hands out connections by transaction.',
  },
  readDatabaseUrl: {
    type: { kind: 'secret' },
    fallback: undefined,
    sentence:
      'The address of a standby of that database; lists, figures and exports are read from it, and nothing else. Unless set, all is read from the database itself.',
  },
  readDatabaseLag: {
    type: seconds(1, 60),
    fallback: 1,
    sentence:
      'How far the standby may be behind, and how long a list waits for it at most; then the database itself answers.',
  },
  masterKey: {
    type: { kind: 'secret' },
    fallback: undefined,
    sentence: 'The master key, 32 bytes in base64url; unless set, it is kept in the data folder.',
  },
  trustedProxies: {
    type: { kind: 'list' },
    fallback: [],
    sentence:
      'Addresses and networks (CIDR) of proxies whose X-Forwarded-For is believed; nobody unless set.',
  },
  outgoingAllow: {
    type: { kind: 'list' },
    fallback: [],
    sentence:
      'Weakens the outgoing gate: hosts with ports (app.internal:8443) that clients may have their keys at or be told of sign-outs at, and providers may stand at, although they are not on public addresses, also over plain http; nobody unless set.',
  },
  providers: {
    type: { kind: 'text' },
    fallback: undefined,
    sentence: 'A JSON file that lists the outside providers that people may sign in with; none unless set.',
  },
  signUp: {
    type: { kind: 'choice', of: ['open', 'verified', 'invitation', 'closed'] },
    fallback: 'open',
    sentence:
      'Who may make an account: anybody; who proves the mailbox first, and then no stranger learns who has an account; who was invited; nobody. The second and third need mail.',
  },
  mailSignIn: {
    type: { kind: 'choice', of: ['on', 'off'] },
    fallback: 'on',
    sentence:
      'Whether people may sign in by a code or link that is mailed to them, as a first factor; only where mail can be sent.',
  },
  signInNotice: {
    type: { kind: 'choice', of: ['on', 'off'] },
    fallback: 'on',
    sentence:
      'Whether a sign-in from a network where the account was not used before is told to its mailbox.',
  },
  registration: {
    type: { kind: 'choice', of: ['off', 'token', 'open'] },
    fallback: 'off',
    sentence:
      'Whether programs may register themselves as clients: nobody, whoever has a token of "doorward clients offer-registration", or anybody.',
  },
  registrationPkce: {
    type: { kind: 'choice', of: ['required', 'optional'] },
    fallback: 'required',
    sentence:
      'Whether clients that registered themselves with a secret or a key must use PKCE; all others must.',
  },
  sessionIdle: {
    type: seconds(minute, 36_500 * day),
    fallback: 14 * day,
    sentence: 'A session ends when it was not used for this long.',
  },
  sessionAbsolute: {
    type: seconds(minute, 36_500 * day),
    fallback: 90 * day,
    sentence: 'A session ends this long after it began, whatever happens.',
  },
  accessToken: { type: seconds(10, day), fallback: 5 * minute, sentence: 'Life of an access token.' },
  refreshWindow: {
    type: seconds(0, 10 * minute),
    fallback: 30,
    sentence: 'How long the direct predecessor of a refresh token is answered with the same successor.',
  },
  signingAlgorithm: {
    type: { kind: 'choice', of: ['EdDSA', 'ES256', 'RS256'] },
    fallback: 'EdDSA',
    sentence:
      'The algorithm of access tokens; after a change the old one signs until the first key of the new one has been published ahead.',
  },
  keyActive: {
    type: seconds(hour, 400 * day),
    fallback: 30 * day,
    sentence: 'How long a signing key signs before the next one takes over.',
  },
  keyPublishAhead: {
    type: seconds(5 * minute, 30 * day),
    fallback: day,
    sentence: 'How long a signing key is published before it signs.',
  },
  passwordMinimumLength: {
    type: count(8, 64),
    fallback: 8,
    sentence:
      'The smallest length of a new password, in characters; 15 is advised where it is the only factor.',
  },
  passwordWords: {
    type: { kind: 'list' },
    fallback: [],
    sentence: 'Words of your product and company that are no password.',
  },
  accountAttempts: {
    type: count(1, 100),
    fallback: 20,
    sentence: 'Wrong passwords for one account from strange networks, in one window.',
  },
  familiarAttempts: {
    type: count(1, 100),
    fallback: 20,
    sentence: 'Wrong passwords for one account from one network where it has signed in, in one window.',
  },
  factorAttempts: {
    type: count(1, 100),
    fallback: 10,
    sentence: 'Wrong codes and recovery codes for one account from all networks together, in one window.',
  },
  networkAttempts: {
    type: count(1, 1_000_000),
    fallback: 100,
    sentence: 'Wrong passwords from one network (IPv6: /64) for any account, in one window.',
  },
  attemptWindow: {
    type: seconds(minute, day),
    fallback: 15 * minute,
    sentence: 'The window of wrong passwords and codes.',
  },
  signUpAttempts: {
    type: count(1, 1_000_000),
    fallback: 30,
    sentence: 'New accounts from one network, in one window.',
  },
  signUpWindow: { type: seconds(minute, 7 * day), fallback: hour, sentence: 'The window of new accounts.' },
  smtpHost: {
    type: { kind: 'text' },
    fallback: undefined,
    sentence:
      'The mail server; unless set, mails stay in the inbox of developers, and in production none are sent.',
  },
  smtpPort: {
    type: count(1, 65_535),
    fallback: undefined,
    sentence: 'Its port; unless set, 465 for tls, 587 for starttls, 25 for dangerous-none.',
  },
  smtpSecurity: {
    type: { kind: 'choice', of: ['tls', 'starttls', 'dangerous-none'] },
    fallback: 'tls',
    sentence:
      'How the way to it is secured; its certificate is always checked. dangerous-none sends codes and links in clear text.',
  },
  smtpAccount: {
    type: { kind: 'text' },
    fallback: undefined,
    sentence: 'The account at the mail server; unless set, none is named.',
  },
  smtpPassword: {
    type: { kind: 'secret' },
    fallback: undefined,
    sentence: 'The password of that account.',
  },
  mailFrom: {
    type: { kind: 'text' },
    fallback: undefined,
    sentence: 'The address that mails come from; needed with a mail server.',
  },
  mailFromName: {
    type: { kind: 'text' },
    fallback: 'Doorward',
    sentence: 'The name that mails come from.',
  },
  mailsAsked: {
    type: count(1, 10_000),
    fallback: 10,
    sentence:
      'Mails that one mailbox gets because somebody typed its address (codes, links, confirmations), in one window; more are not sent.',
  },
  mailsTold: {
    type: count(1, 10_000),
    fallback: 50,
    sentence: 'Mails that tell one mailbox of changes of its account, in one window; more are not sent.',
  },
  mailWindow: { type: seconds(minute, 7 * day), fallback: hour, sentence: 'The window of mails.' },
  rememberedDevice: {
    type: seconds(0, 400 * day),
    fallback: 30 * day,
    sentence: 'How long a browser may stand for the second factor of whoever wants that; 0 for never.',
  },
  waitingAttempts: {
    type: count(10, 1_000_000),
    fallback: 1000,
    sentence:
      'Requests of clients from one network that may begin to wait for their person to sign in, in half an hour.',
  },
  hashingConcurrency: {
    type: count(1, 64),
    fallback: availableParallelism() + 1,
    sentence:
      'Passwords hashed at once by all workers together, 19 MiB each; unless set, one a processor and one more, so that none waits while the disk is waited for. While anybody is served who is signed in, one processor is left free of it.',
  },
  hashingQueue: {
    type: count(1, 10_000),
    fallback: 256,
    sentence: 'Passwords that may wait to be hashed; past it sign-ins get 503.',
  },
  bodyLimit: {
    type: { kind: 'number', unit: 'bytes', least: 1024, most: 1 << 20 },
    fallback: 16_384,
    sentence: 'The largest body that is read.',
  },
  deletionGrace: {
    type: seconds(0, 365 * day),
    fallback: 14 * day,
    sentence:
      'How long an account that its owner has closed can still be kept, by signing in, before it is deleted; 0 deletes at once.',
  },
  endedSessionRetention: {
    type: seconds(hour, 400 * day),
    fallback: 7 * day,
    sentence: 'How long an ended session can still be explained.',
  },
  eventRetention: {
    type: seconds(day, 3650 * day),
    fallback: 400 * day,
    sentence: 'How long events are kept.',
  },
  unusedClientRetention: {
    type: seconds(hour, 400 * day),
    fallback: 30 * day,
    sentence: 'How long a client that registered itself is kept while nobody has let it in.',
  },
  metricsPort: {
    type: count(0, 65_535),
    fallback: undefined,
    sentence:
      'A port on 127.0.0.1 for metrics without sign-in; unless set, only administrators get them at /metrics.',
  },
  logLevel: {
    type: { kind: 'choice', of: ['debug', 'info', 'warn', 'error'] },
    fallback: 'info',
    sentence: 'The least level that is logged.',
  },
} as const satisfies Record<string, SettingRow>;

/** The name of a setting. */
export type SettingName = keyof typeof configurationTable;

/** The environment name of a setting. */
export const environmentName = (name: string): string =>
  `DOORWARD_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
