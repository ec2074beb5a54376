import { html } from 'hono/html';
import { commas, type Language, momentText } from '../language.ts';
import type { Html, Page } from '../layout.ts';
import { centrePaths } from '../words/account-centre.ts';
import { endWords, eventsWords } from '../words/account-events.ts';
import { eventSentence } from '../words/event-sentences.ts';
import { type Centre, centrePage } from './centre.ts';

/** Something that happened. */
export interface ShownEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: string;
  /** The address it came from; empty when there was none. */
  readonly network: string;
  readonly by: 'owner' | 'operator' | 'system' | 'stranger' | 'other';
  /** Why a session ended, where one did. */
  readonly reason: string | undefined;
}

/** A stretch of events. */
export interface EventsShown {
  readonly events: readonly ShownEvent[];
  /** What stands in the address of the page that goes on from here; undefined at the end. */
  readonly before: number | undefined;
  /** Whether this is the first stretch. */
  readonly isNewest: boolean;
}

/** What happened to the account, in plain words. */
export function eventsPage(centre: Centre, { events, before, isNewest }: EventsShown): Page {
  const { language } = centre.frame;
  const words = eventsWords[language];
  return centrePage(centre, {
    at: 'events',
    body: html`<p class="lead">${words.lead}</p>
${events.length === 0 ? html`<p id="none">${words.none}</p>` : html`<ol class="rows" id="events" aria-label="${words.heading}">${events.map((event) => eventRow(language, event))}</ol>`}
<p class="pages">${isNewest ? '' : html`<a id="newest" href="${centrePaths.events}">${words.newest}</a> `}${before === undefined ? '' : html`<a id="older" href="${centrePaths.events}?before=${before}">${words.older}</a>`}</p>`,
  });
}

function eventRow(language: Language, { at, type, network, by, reason }: ShownEvent): Html {
  const words = eventsWords[language];
  const actors = {
    owner: words.byOwner,
    operator: words.byOperator,
    system: words.bySystem,
    stranger: words.byStranger,
    other: words.byOther,
  };
  const why = Object.entries(endWords[language]).find(([known]) => known === reason)?.[1];
  return html`<li data-type="${type}"><div><p class="name">${eventSentence(language, type) ?? words.unknown}${why === undefined ? '' : ` ${why}`}</p>
<p class="quiet"><time datetime="${new Date(at).toISOString()}">${momentText(language, at)}</time>${commas[language]}${actors[by]}${network === '' ? '' : html`${commas[language]}${words.from} <bdi>${network}</bdi>`}</p></div></li>
`;
}
