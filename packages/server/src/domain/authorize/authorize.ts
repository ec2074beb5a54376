/**
 * The authorization request as a journey (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2): it arrives, passes every step, and
 * leaves with a code. Where a step misses something the request waits for the person; where nobody may be asked, or nothing
 * can mend it, its client is told.
 */
import type { AuthorizationRequest } from '../../protocol/oauth/authorization-request.ts';
import type { AuthorizationAnswer } from '../../protocol/oauth/authorization-response.ts';
import { OAuthFault } from '../../protocol/oauth/error.ts';
import type { OAuthParameters } from '../../protocol/oauth/parameters.ts';
import { permittedScopes } from '../oauth/permitted-scopes.ts';
import type { Ports } from '../ports.ts';
import type { SessionWithAccount } from '../store.ts';
import { answerTo, arrive, type ProvenRequest, stillProven } from './arrive.ts';
import { consumeWaiting, findWaiting, holdForPerson, type WaitingRequest } from './held-request.ts';
import { issueCode } from './issue-code.ts';
import { provenClient } from './proven-client.ts';
import type { Missing, Page, PersonActs, StepView } from './step.ts';
import { steps } from './steps.ts';

/** The browser that a request comes by. */
export interface AtBrowser {
  /** Its secret, which it keeps in a cookie. */
  readonly browser: string;
  /** Who is signed in there; undefined when nobody is. */
  readonly session: SessionWithAccount | undefined;
  readonly network: string;
}

/** What happens next. */
export type Outcome =
  /** The client is told, at its own address. */
  | { readonly kind: 'answer'; readonly answer: AuthorizationAnswer }
  /** The person is asked, on a page; the request waits under the handle. */
  | {
      readonly kind: 'ask';
      readonly page: Page;
      readonly handle: string;
      /** In which language, the best first. */
      readonly uiLocales: readonly string[];
    };

/**
 * Begins with the parameters of the authorization endpoint. Throws OAuthFault for what may be told to the person alone,
 * `authorization_over`, `attempts_exhausted` when too many requests wait from the network, and `store_unavailable`.
 */
export async function authorize(ports: Ports, parameters: OAuthParameters, at: AtBrowser): Promise<Outcome> {
  const arrival = await arrive(ports, parameters);
  if ('answer' in arrival) return { kind: 'answer', answer: arrival.answer };
  return proceed(
    ports,
    { ...arrival, arrivedAt: ports.clock.now(), waiting: undefined },
    { ...at, acts: noActs },
  );
}

/**
 * Goes on with a request that waits, after the person did something on our pages. Throws OAuthFault for what may be told to
 * the person alone, `authorization_over` and `store_unavailable`.
 */
export async function resume(
  ports: Ports,
  handle: string,
  { acts = noActs, ...at }: AtBrowser & Partial<Acting>,
): Promise<Outcome> {
  const { client, ...waiting } = await waitingRequest(ports, handle, at.browser);
  return proceed(ports, { client, ...waiting, waiting }, { ...at, acts });
}

/**
 * Ends a request that waits because the person does not want it (RFC 6749 §4.1.2.1, `access_denied`). Throws as `resume`.
 */
export async function decline(ports: Ports, text: string, browser: string): Promise<AuthorizationAnswer> {
  const { handle, request } = await waitingRequest(ports, text, browser);
  await ports.store.transact((tx) => consumeWaiting(tx, handle, ports.clock.now()));
  return answerTo(ports, request, new OAuthFault('access_denied', 'The person refused.'));
}

/**
 * A request that waits in this browser, with its client as it is now. Throws OAuthFault when the client may not have it any
 * more, and `authorization_over`.
 */
async function waitingRequest(
  ports: Ports,
  text: string,
  browser: string,
): Promise<WaitingRequest & ProvenRequest> {
  const waiting = await findWaiting(ports, text, browser);
  const client = await provenClient(ports, waiting.request.clientId);
  return { ...waiting, client, request: stillProven(client, waiting.request) };
}

/** How a request stands that waits. */
export interface Outlook extends ProvenRequest {
  /** The page that is missing next; undefined when none is, or no page would help. */
  readonly page: Page | undefined;
  /** What the client would be given of what it asks for. */
  readonly scopes: readonly string[];
  /** Who is signed in at the browser. */
  readonly accountId: string | undefined;
}

/** Looks how a request stands that waits, and changes nothing. Throws OAuthFault and `authorization_over` as `resume`. */
export async function lookAhead(
  ports: Ports,
  text: string,
  { acts = noActs, ...at }: AtBrowser & Partial<Acting>,
): Promise<Outlook> {
  const { client, request, arrivedAt } = await waitingRequest(ports, text, at.browser);
  const view = await viewOf(ports, { client, request, arrivedAt }, { ...at, acts });
  const missing = await firstMissing(view);
  const page = missing && 'page' in missing ? missing.page : undefined;
  return { client, request, page, scopes: view.scopes, accountId: at.session?.accountId };
}

/** A request on its way through the steps. */
interface Passage extends ProvenRequest {
  readonly arrivedAt: number;
  /** Undefined until it waits. */
  readonly waiting: WaitingRequest | undefined;
}

/** A browser, and what was done there. */
interface Acting extends AtBrowser {
  readonly acts: PersonActs;
}

const noActs: PersonActs = { chose: false, consented: false };

async function proceed(ports: Ports, passage: Passage, at: Acting): Promise<Outcome> {
  const { client, request, waiting } = passage;
  const { session, network, acts } = at;
  const view = await viewOf(ports, passage, at);
  const found = await firstMissing(view);
  if (found instanceof OAuthFault) {
    if (waiting) await ports.store.transact((tx) => consumeWaiting(tx, waiting.handle, view.now));
    return { kind: 'answer', answer: answerTo(ports, request, found) };
  }
  if (found) {
    const { text } = waiting?.handle ?? (await holdForPerson(ports, request, at));
    return { kind: 'ask', page: found.page, handle: text, uiLocales: request.uiLocales };
  }
  if (!session) throw new Error('every step was passed by nobody');
  const asked = { ...request, scopes: allowedScopes(view) };
  const { grant } = view;
  const code = await issueCode(ports, { client, request: asked, session, waiting, acts, grant, network });
  return { kind: 'answer', answer: answerTo(ports, request, { code }) };
}

/**
 * What is allowed with a code: nobody allows what they were not shown. A client of the operator's own, for which nobody is
 * asked, is allowed what it asks for, and each of its tokens is given what the account may then.
 */
const allowedScopes = ({ client, acts, request, scopes }: StepView): readonly string[] =>
  client.firstParty && !acts.consented ? request.scopes : scopes;

async function viewOf(
  ports: Ports,
  { client, request, arrivedAt }: Omit<Passage, 'waiting'>,
  { session, acts }: Acting,
): Promise<StepView> {
  const { read } = ports.store;
  const [grant, scopes] = session
    ? await Promise.all([
        read.grants.find(session.accountId, client.id),
        permittedScopes({ roles: read.roles, settings: ports.settings }, request.scopes, session),
      ])
    : [undefined, request.scopes];
  const { shown = scopes } = acts;
  const given = scopes.filter((scope) => shown.includes(scope));
  return { ports, client, request, scopes: given, arrivedAt, now: ports.clock.now(), session, grant, acts };
}

/** What is missing first, or what the client is told because nobody may be asked or no page would mend it. */
async function firstMissing(view: StepView): Promise<Missing | OAuthFault | undefined> {
  try {
    for (const { look } of steps) {
      const missing = await look(view);
      if (missing)
        return isSilent(view.request) ? new OAuthFault(missing.error, missing.description) : missing;
    }
    return undefined;
  } catch (thrown) {
    if (thrown instanceof OAuthFault) return thrown;
    throw thrown;
  }
}

/** OpenID Connect Core §3.1.2.1: no page may be shown. */
const isSilent = ({ prompts }: AuthorizationRequest): boolean => prompts.includes('none');
