/**
 * What the operator decided, as the domain needs it. The program fills it from its configuration table; all
 * life times are seconds.
 */
export interface Settings {
  /** The one public origin of this server, e.g. `https://id.example.com`; `iss` of every token (RFC 9068 §2.2). */
  readonly issuer: string;
  /** `aud` of access tokens (RFC 9068 §2.2). */
  readonly audience: string;
  /** APIs beside the audience that clients may have tokens for (RFC 8707). */
  readonly resources: readonly string[];
  /** Scopes beside those of the standards that any account may give to a client; all others are permissions of roles. */
  readonly freeScopes: readonly string[];
  /** Who may make an account: anybody, who has proven a mailbox, who was invited, or nobody. */
  readonly signUp: 'open' | 'verified' | 'invitation' | 'closed';
  /** Whether a proven mailbox is a first factor. */
  readonly mailSignIn: 'on' | 'off';
  /** Whether a sign-in from a strange network is told to the mailbox. */
  readonly signInNotice: 'on' | 'off';
  /** Whether programs may register themselves as clients: nobody, those with a token of the operator's, or anybody. */
  readonly registration: 'off' | 'token' | 'open';
  /** Whether clients that registered themselves and have a secret or a key may do without PKCE. */
  readonly registrationPkce: 'required' | 'optional';
  /** A session ends when it was not used for this long. */
  readonly sessionIdleSeconds: number;
  /** A session ends this long after it began, whatever happens. */
  readonly sessionAbsoluteSeconds: number;
  /** Life of an access token, JWT or opaque. */
  readonly accessTokenSeconds: number;
  /** For how long the direct predecessor of a refresh token is answered with the same successor. */
  readonly refreshWindowSeconds: number;
  /** Algorithm of new signing keys. */
  readonly signingAlgorithm: SigningAlgorithm;
  /** For how long a key signs before the next one takes over. */
  readonly keyActiveSeconds: number;
  /** For how long a key is published before it signs. */
  readonly keyPublishAheadSeconds: number;
  /** The smallest length of a new password, in code points. */
  readonly passwordMinimumLength: number;
  /** Words of the deployment that are no password: product, company. */
  readonly passwordWords: readonly string[];
  /** How often may be guessed. */
  readonly budgets: BudgetSettings;
  /** For how long a browser may stand for the second factor; 0 for never. */
  readonly rememberedDeviceSeconds: number;
  /** How long an account that its owner has closed can be kept before it is deleted; 0 for not at all. */
  readonly deletionGraceSeconds: number;
  /** For how long ended sessions stay explainable. */
  readonly endedSessionSeconds: number;
  /** For how long events are kept. */
  readonly eventSeconds: number;
  /** For how long a client that registered itself is kept while nobody has let it in. */
  readonly unusedClientSeconds: number;
}

/** The algorithms that an access token may be signed with (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SigningAlgorithm = 'EdDSA' | 'ES256' | 'RS256';

/** A budget: so many attempts in a window of so many seconds. */
export interface BudgetSetting {
  readonly attempts: number;
  readonly windowSeconds: number;
}

/** The budgets by what they protect. */
export interface BudgetSettings {
  /** Guesses at one account by strangers. */
  readonly account: BudgetSetting;
  /** Guesses at the second factor of one account, of whatever kind and from wherever. */
  readonly factor: BudgetSetting;
  /** Guesses at one account from a network where it has signed in: strangers cannot lock its owner out. */
  readonly familiar: BudgetSetting;
  /** Guesses from one network at any account. */
  readonly network: BudgetSetting;
  /** New accounts from one network. */
  readonly signUp: BudgetSetting;
  /** Mails to one mailbox that somebody asked for by naming it. */
  readonly mailAsked: BudgetSetting;
  /** Mails to one mailbox that tell of changes. */
  readonly mailTold: BudgetSetting;
  /** Requests for codes that begin to wait, from one network. */
  readonly waiting: BudgetSetting;
}
