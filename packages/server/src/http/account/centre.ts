/**
 * The account centre: pages of whoever is signed in, and the forms on them. A page is drawn by GET; its forms are posted, do
 * one thing and lead back to it by 303, where a notice says what was done. What was done travels in a cookie for a minute:
 * an address could be written by anybody. A form that is refused draws its page again.
 */
import * as v from 'valibot';
import type { Account } from '../../domain/accounts/account.ts';
import { requireStrongProof } from '../../domain/factors/factor-owner.ts';
import { type FailureCode, fail, isFailure } from '../../domain/failures.ts';
import type { CookieValue } from '../../domain/tokens/carrier.ts';
import type { Centre } from '../../pages/account/centre.ts';
import type { ShownFailure } from '../../pages/failure.ts';
import type { Page } from '../../pages/layout.ts';
import type { Notice } from '../../pages/words/account-notices.ts';
import { nameOf } from '../authorize/shown-account.ts';
import { frameOf } from '../language.ts';
import { pageReply } from '../page.ts';
import { type Call, type Limit, type Reply, type Route, type SessionCall, sessionRoute } from '../route.ts';
import { enteredNote } from './entered.ts';
import { noticeCookie, noticeIn } from './notice.ts';
import { wayBackNote } from './way-back.ts';

const subject = 'account centre';

/** Draws a page of the account centre for whoever is signed in. */
export type Draw<Query = unknown> = (
  call: Omit<SessionCall<unknown, Query>, 'body'>,
  centre: Centre,
) => Promise<Page>;

interface PageFacts {
  readonly path: string;
  readonly summary: string;
}

/** The row of a page. */
export const centreRoute = ({ path, summary }: PageFacts, draw: Draw): Route =>
  centreRouteWith({ path, summary, query: noQuery }, draw);

/** The row of a page with a query. */
export const centreRouteWith = <const Query extends v.GenericSchema>(
  { path, summary, query }: PageFacts & { readonly query: Query },
  draw: Draw<v.InferOutput<Query>>,
): Route =>
  sessionRoute(
    {
      method: 'GET',
      path,
      subject,
      summary,
      forgery: 'none',
      limits: ['none'],
      page: true,
      query,
      answers: { 200: { description: 'The page.', mediaType: 'text/html' }, ...toSignIn },
      failures: [],
    },
    async (call) => {
      const notice = noticeIn(call.wire);
      const wayBack = wayBackNote.read(call, call.wire);
      const kept = enteredNote.read(call, call.wire);
      const entered = kept?.page === path ? kept.fields : {};
      const page = await draw(call, await centreOf(call, { notice, wayBack, entered }));
      const cookies = [
        ...(notice ? [noticeCookie('')] : []),
        ...(wayBack ? [wayBackNote.none] : []),
        ...(kept ? [enteredNote.none] : []),
      ];
      return { ...(await pageReply(page)), cookies };
    },
  );

const noQuery = v.strictObject({});
const toSignIn = { 303: { description: 'To the sign-in page, and back from there.' } } as const;

/** What a form says of itself. */
export interface FormFacts<Body extends v.GenericSchema> {
  /** Where it is posted. */
  readonly path: string;
  /** The page that it stands on. */
  readonly formOf: string;
  readonly summary: string;
  readonly body: Body;
  readonly limits?: readonly Limit[] | undefined;
  readonly failures: readonly FailureCode[];
  /** The fields that stand in it again where somebody had to prove first that it is they. */
  readonly keeps?: readonly string[] | undefined;
  /** Where it is answered with a page or a file instead of being led back. */
  readonly answer?: { readonly description: string; readonly mediaType: string } | undefined;
}

/** The row of a form. */
export const formRoute = <const Body extends v.GenericSchema>(
  { path, formOf, summary, body, limits = ['none'], failures, keeps = [], answer }: FormFacts<Body>,
  {
    act,
    draw,
  }: {
    readonly act: (call: SessionCall<v.InferOutput<Body>>) => Promise<Reply>;
    readonly draw: Draw;
  },
): Route =>
  sessionRoute(
    {
      method: 'POST',
      path,
      subject,
      summary,
      forgery: 'always',
      limits,
      page: true,
      form: true,
      formOf,
      body,
      answers: {
        ...(answer ? { 200: answer } : {}),
        303: { description: 'Done: back to the page. Or to the sign-in page first.' },
      },
      failures,
      redraw: (call, failure) => redrawn(call, { failure, formOf, draw }),
      keep: keeps.length === 0 ? undefined : (call) => [keptOf(call, formOf, keeps)],
    },
    (call) => act(call as SessionCall<v.InferOutput<Body>>),
  );

/** What was entered, for when its sender has proven that it is they. */
function keptOf({ ports, session, body }: Call, page: string, keeps: readonly string[]): CookieValue {
  if (!session) return enteredNote.none;
  const fields = Object.fromEntries(Object.entries(textsOf(body)).filter(([name]) => keeps.includes(name)));
  return enteredNote.keep({ ports, session }, { page, fields });
}

/** Done: back to a page, which says so. */
export const doneAt = (path: string, notice: Notice, cookies: readonly CookieValue[] = []): Reply => ({
  status: 303,
  headers: { location: path },
  cookies: [...cookies, noticeCookie(notice)],
});

async function redrawn(
  call: Call,
  { failure, formOf, draw }: { failure: ShownFailure; formOf: string; draw: Draw },
): Promise<Page> {
  const { session, principal } = call;
  if (!session || !principal) throw new Error('a form of the account centre was sent by nobody');
  const own = { ...call, session, principal };
  return draw(own, await centreOf(own, { failure, here: formOf, entered: textsOf(call.body) }));
}

/** What was entered, as far as it is text; passwords are never drawn again. */
const textsOf = (body: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(body ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );

/** What a page of the account centre is given. */
interface CentreMore extends Partial<Pick<Centre, 'notice' | 'wayBack' | 'failure' | 'entered'>> {
  /** The path of the page, where it answers a form. */
  readonly here?: string | undefined;
}

/** The surroundings of a page for whoever is signed in. */
export async function centreOf(
  call: Pick<SessionCall, 'request' | 'wire' | 'ports' | 'session'>,
  { here, notice, wayBack, failure, entered = {} }: CentreMore = {},
): Promise<Centre> {
  return {
    frame: frameOf(call, { here }),
    name: nameOf(await ownAccount(call)),
    proven: await isProven(call),
    notice,
    wayBack,
    failure,
    entered,
  };
}

/** Whether they were proven lately, by as much as their account has. */
export async function isProven({ ports, session }: Pick<SessionCall, 'ports' | 'session'>): Promise<boolean> {
  try {
    await requireStrongProof(ports, session);
    return true;
  } catch (thrown) {
    if (isFailure(thrown)) return false;
    throw thrown;
  }
}

/** The account of whoever is signed in. Throws `credentials_invalid` when it went meanwhile. */
export async function ownAccount({
  ports,
  session: { accountId },
}: Pick<SessionCall, 'ports' | 'session'>): Promise<Account> {
  const account = await ports.store.read.accounts.find(accountId);
  if (!account)
    throw fail('credentials_invalid', { detail: { check: 'account-deleted', account: accountId } });
  return account;
}
