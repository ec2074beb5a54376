/**
 * What every step of an authorization request is given and may answer. A step looks at one thing; none changes anything.
 */
import type { AuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import type { OAuthErrorCode } from '../../protocol/oauth/error.ts';
import type { Client } from '../clients/client.ts';
import type { Grant } from '../oauth/grant.ts';
import type { Ports } from '../ports.ts';
import type { Session } from '../sessions/session.ts';

/** What the person at the browser has done on our pages for this request, just now. */
export interface PersonActs {
  /** Chose to go on as the account that is signed in. */
  readonly chose: boolean;
  /** Allowed what was shown. */
  readonly consented: boolean;
  /** The scopes that the page listed; all that the account may give where nobody says. */
  readonly shown?: readonly string[] | undefined;
}

/** What is known when a step looks. Times are milliseconds since 1970. */
export interface StepView {
  readonly ports: Ports;
  readonly client: Client;
  readonly request: AuthorizationRequest;
  /** As much of the scopes it asks for as the account may give, and was shown; all while nobody is signed in. */
  readonly scopes: readonly string[];
  /** When the request came. */
  readonly arrivedAt: number;
  readonly now: number;
  /** The session of the browser; undefined when nobody is signed in. */
  readonly session: Session | undefined;
  /** What the account has allowed the client before. */
  readonly grant: Grant | undefined;
  readonly acts: PersonActs;
}

/** A page that somebody has to see first. */
export type Page = 'sign-in' | 'selection' | 'consent';

/** What is missing. */
export interface Missing {
  readonly page: Page;
  /** What the client hears instead where nobody may be asked (OpenID Connect Core §3.1.2.6). */
  readonly error: OAuthErrorCode;
  readonly description: string;
}

/** One step. `look` throws OAuthFault for what no page can mend. */
export interface Step {
  readonly name: string;
  /** The section that asks for it. */
  readonly section: string;
  readonly look: (view: StepView) => Missing | undefined | Promise<Missing | undefined>;
}
