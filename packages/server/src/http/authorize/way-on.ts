/**
 * The way on: where somebody goes once they are signed in, which every page of the journey carries along, and the browser
 * that goes it.
 */
import * as v from 'valibot';
import { lookAhead, type Outlook } from '../../domain/authorize/authorize.ts';
import { deviceCookie } from '../../domain/factors/remembered-device.ts';
import type { WayOn } from '../../domain/sessions/attempt.ts';
import { heldSessions } from '../../domain/sessions/authenticate.ts';
import type { StepBrowser, StepOutcome } from '../../domain/sessions/step-in.ts';
import type { CookieValue } from '../../domain/tokens/carrier.ts';
import { withFields } from '../../protocol/oauth/authorization-response.ts';
import { nextPath } from '../input.ts';
import { languageOf } from '../language.ts';
import type { Call, Reply } from '../route.ts';
import { atBrowser, type BrowserCall, browserCookie, browserSecret, newBrowserSecret } from './browser.ts';
import { resumePath, waitingHandle, withAuthorization } from './outcome.ts';

/** Where the person goes afterwards: on with a request, or to a path. */
export const wayOn = { authorization: v.optional(waitingHandle, ''), next: v.optional(nextPath, '/') };

/** The fields by which a way travels; a request that waits knows its own. */
export const wayFields = ({ authorization, next }: WayOn): Readonly<Record<string, string>> =>
  authorization === '' ? { next } : { authorization };

/** A path of ours that carries a way along. */
export const onTheWay = (path: string, way: WayOn): string =>
  withFields(path, Object.entries(wayFields(way)));

/** The name of an attempt or ticket, as it stands in addresses and forms. */
export const rowId = v.pipe(v.string('This must be text.'), v.maxLength(36, 'This is not an id.'));

/** The browser of a call, with a secret of its own from now on. */
export function keptBrowser({ wire }: Pick<Call, 'wire'>): {
  readonly browser: string;
  readonly cookies: readonly CookieValue[];
} {
  const kept = browserSecret(wire);
  const browser = kept === '' ? newBrowserSecret() : kept;
  return { browser, cookies: [browserCookie(browser)] };
}

/** The browser of a call, and the sessions that a sign-in takes the place of. */
export async function stepBrowser(
  call: BrowserCall,
): Promise<StepBrowser & { readonly cookies: readonly CookieValue[] }> {
  const { ports, parts, wire, network } = call;
  const device = (accountId: string): string | undefined => wire.cookie(deviceCookie(accountId));
  const language = languageOf(wire);
  return {
    ...keptBrowser(call),
    network,
    language,
    device,
    replaces: await heldSessions(ports, wire, parts.carriers),
  };
}

/**
 * How the request that waits stands; undefined when none does. `browser` is the secret, where it is not that of the call. Throws
 * OAuthFault and `authorization_over`.
 */
export async function outlookOf(
  call: BrowserCall,
  authorization: string,
  browser = browserSecret(call.wire),
): Promise<Outlook | undefined> {
  if (authorization === '') return undefined;
  return lookAhead(call.ports, authorization, { ...(await atBrowser(call)), browser });
}

/** Where the password of an attempt is asked for. */
export const passwordPath = '/sign-in/password';

/** Where the next step of an attempt is asked for. */
export const secondStepPath = '/sign-in/second';

/** Where somebody is asked whether to keep an account that they have closed. */
export const keepPath = '/sign-in/keep';

/** The reply to a step: on the way where a session began, else to what is missing. */
export async function stepReply(
  outcome: StepOutcome,
  way: WayOn,
  cookies: readonly CookieValue[] = [],
): Promise<Reply> {
  if (!outcome.signedIn) {
    const path = outcome.missing === 'keeping' ? keepPath : secondStepPath;
    return {
      status: 303,
      headers: { location: withFields(path, [['attempt', outcome.attemptId]]) },
      cookies,
    };
  }
  const { authorization, next } = way;
  const location = authorization === '' ? next : withAuthorization(resumePath, authorization);
  return { status: 303, headers: { location }, cookies: outcome.signedIn.delivery.cookies };
}
