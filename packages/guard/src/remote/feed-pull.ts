/**
 * The feed as JSON: page after page until nothing is left, then a validator that costs the server next to nothing. It
 * serves places without work between requests, and the pushed feed when it begins or when pushing does not work.
 */
import type { Ending } from './ended-sessions.ts';
import { createFlight } from './flight.ts';
import { askIssuer, type Issuer, type IssuerAnswer, Unanswered } from './issuer.ts';
import type { FeedSource, Ledger } from './ledger.ts';
import { type RevocationPage, readPage } from './revocation-page.ts';

/** Bytes of a page: a thousand entries take some 150,000. */
const sizeLimit = 1 << 20;
/** Pages in a row; more than anybody who signs out in five minutes. */
const mostPages = 2000;
/** Milliseconds after a failure in which the next check does not try again. */
const pause = 1000;

/** A feed that is pulled. */
export interface Pull extends FeedSource {
  /** Asks for everything that is new. Rejects with Unanswered. One at a time: whoever comes meanwhile gets the same. */
  catchUp(): Promise<void>;
}

/** Makes it. Nothing is asked until somebody wants it. */
export function createPull(issuer: Issuer, ledger: Ledger): Pull {
  const { clock, timeoutSeconds } = issuer;
  const controller = new AbortController();
  const { signal } = controller;
  const nextPage = pageReader(issuer, signal);
  const flight = createFlight<void>(issuer);
  let pausedUntil = 0;

  const readAll = async (): Promise<void> => {
    try {
      await readOn(issuer, ledger, nextPage);
    } catch (thrown) {
      ledger.missed(thrown);
      pausedUntil = clock.now() + pause;
      throw thrown;
    }
  };
  const catchUp = (): Promise<void> => flight.current() ?? flight.begin(readAll);
  const isDue = (): boolean =>
    flight.current() !== undefined || (!signal.aborted && !ledger.isFresh() && clock.now() >= pausedUntil);
  /** No check waits for more than one time-out, however many pages there are. What failed shows in the status. */
  const soon = (): Promise<void> => {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(timeoutSeconds * 1000, resolve);
    return Promise.race([catchUp().catch(() => undefined), over]).finally(cancel);
  };
  return {
    catchUp,
    isDue,
    ready: () => (!ledger.isFresh() && isDue() ? soon() : undefined),
    close: () => controller.abort(),
  };
}

/** Asks for the page after a number; undefined when the last answer still holds. */
type NextPage = (after: number) => Promise<RevocationPage | undefined>;

function pageReader(issuer: Issuer, signal: AbortSignal): NextPage {
  let seen: { path: string; tag: string } | undefined;
  return async (after) => {
    const path = `/api/v1/revocations?after=${after}`;
    const known = seen?.path === path ? { 'if-none-match': seen.tag } : {};
    const headers = { accept: 'application/json', ...known };
    const answer = await askIssuer(issuer, { path, headers, limit: sizeLimit, signal });
    if (answer.status === 304 && 'if-none-match' in known) return undefined;
    if (answer.status !== 200) throw new Unanswered('status', { status: answer.status });
    const page = readPage(answer.text);
    const tag = validator(answer);
    // Only a page without news may be remembered: the next question is for what comes after the others.
    seen = tag !== undefined && page.endings.length === 0 && !page.gap ? { path, tag } : undefined;
    return page;
  };
}

function validator({ headers }: IssuerAnswer): string | undefined {
  const tag = headers.get('etag') ?? '';
  return /^(?:W\/)?"[\x21\x23-\x7e]{1,128}"$/.test(tag) ? tag : undefined;
}

async function readOn({ clock }: Issuer, ledger: Ledger, nextPage: NextPage): Promise<void> {
  const anew: Ending[] = [];
  let isAnew = false;
  let cursor = ledger.cursor();
  for (let pages = 0; pages < mostPages; pages += 1) {
    const asked = clock.now();
    const page = await nextPage(cursor);
    if (page?.gap && cursor > 0) {
      // What is missing can no longer be had by number, so everything is read anew, once.
      if (isAnew) throw new Unanswered('nonsense');
      isAnew = true;
      cursor = 0;
      continue;
    }
    const endings = page?.endings ?? [];
    // A page that goes back would be read for ever.
    if (endings[0] && endings[0].seq <= cursor) throw new Unanswered('nonsense');
    cursor = Math.max(cursor, endings.at(-1)?.seq ?? page?.last ?? 0);
    if (isAnew) anew.push(...endings);
    else ledger.learn(endings, cursor);
    if (endings.length > 0 && cursor < (page?.last ?? 0)) continue;
    if (isAnew) ledger.startOver(anew, cursor);
    ledger.heard(asked);
    return;
  }
  throw new Unanswered('too-large');
}
