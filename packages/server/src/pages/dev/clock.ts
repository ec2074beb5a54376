/** The clock of a developer's server: what time it is, buttons that set it ahead, and what is still alive then. */
import { html } from 'hono/html';
import type { KeyState } from '../../domain/keys/key.ts';
import { commas, durationText, momentText } from '../language.ts';
import type { Frame, Html, Page } from '../layout.ts';
import { clockWords } from '../words/dev.ts';
import { devPage } from './frame.ts';

/** What the page shows. Times are milliseconds since 1970. */
export interface ClockFacts {
  readonly frame: Frame;
  readonly now: number;
  /** Milliseconds. */
  readonly ahead: number;
  /** How many live. */
  readonly sessions: number;
  readonly keys: readonly { readonly kid: string; readonly state: KeyState; readonly since: number }[];
}

/** Seconds and what they are called in the form. */
const jumps = [
  [10, 'minutes', 600],
  [1, 'hours', 3600],
  [1, 'days', 86_400],
  [31, 'days', 2_678_400],
] as const;

/** The clock. */
export function clockPage({ frame, now, ahead, sessions, keys }: ClockFacts): Page {
  const { language } = frame;
  const words = clockWords[language];
  return devPage(frame, {
    tool: 'clock',
    title: words.title,
    body: html`<p class="lead">${words.lead}</p>
<section class="panel" aria-label="${words.now}">
<p class="big"><time id="now" datetime="${new Date(now).toISOString()}">${momentText(language, now)}</time></p>
<p id="ahead">${ahead === 0 ? words.real : words.ahead(durationText(language, Math.round(ahead / 1000)))}</p>
<form method="post" action="/dev/clock/back"><button id="back" class="secondary" type="submit"${ahead === 0 ? html` disabled` : ''}>${words.back}</button></form>
<p class="quiet">${words.backNote}</p>
</section>
<div class="jumps">
${jumps.map(
  ([amount, unit, seconds]) => html`<form method="post" action="/dev/clock">
<input type="hidden" name="amount" value="${amount}"><input type="hidden" name="unit" value="${unit}">
<button class="primary" id="jump-${amount}-${unit}" type="submit">${words.jump(durationText(language, seconds))}</button>
</form>`,
)}
</div>
${ownJump(words)}
<section class="panel">
<h2>${words.state}</h2>
<p>${words.sessions}: <strong id="sessions">${sessions}</strong></p>
<h3>${words.keys}</h3>
<ul>${keys.map(({ kid, state, since }) => html`<li><code dir="ltr">${kid}</code> ${words.states[state]}${since === 0 ? '' : html`${commas[language]}${words.since(momentText(language, since))}`}</li>`)}</ul>
</section>`,
  });
}

const ownJump = (
  words: (typeof clockWords)['en'],
): Html => html`<form id="travel" class="panel" method="post" action="/dev/clock">
<h2>${words.own}</h2>
<div class="field"><label for="amount">${words.amount}</label><input id="amount" name="amount" type="text" inputmode="numeric" pattern="[1-9][0-9]{0,5}" value="1" required></div>
<div class="field"><label for="unit">${words.unit}</label><select id="unit" name="unit">
${(['minutes', 'hours', 'days'] as const).map((unit) => html`<option value="${unit}">${words.units[unit]}</option>`)}
</select></div>
<button class="primary" id="go" type="submit">${words.go}</button>
</form>`;
