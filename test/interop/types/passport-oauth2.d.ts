/** What the tests use of passport-oauth2. */

interface StrategyOptions {
  readonly authorizationURL: string;
  readonly tokenURL: string;
  readonly clientID: string;
  readonly clientSecret: string;
  readonly callbackURL: string;
  readonly scope: readonly string[];
  readonly state: boolean;
  readonly pkce: boolean;
}

type Verified = [
  access: string,
  refresh: string,
  profile: unknown,
  done: (fault: unknown, user: unknown) => void,
];

export class Strategy {
  readonly name: string;
  constructor(options: StrategyOptions, verify: (...verified: Verified) => void);
}
