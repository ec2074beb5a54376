/**
 * The frame of the account centre: where its pages are, what has just happened, why a form was refused. Every page of it is
 * made here; each brings its own words and forms along.
 */
import { html } from 'hono/html';
import { assetPath } from '../assets.ts';
import { refusalHtml, type ShownFailure } from '../failure.ts';
import { hiddenFields } from '../field.ts';
import type { Language } from '../language.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { type CentrePlace, centrePaths, centreWords, proofBefore } from '../words/account-centre.ts';
import { type Notice, noticeWords } from '../words/account-notices.ts';

/** The form that takes a change back: where it is sent, and what there was before. */
export interface WayBack {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What every page of the account centre is given. */
export interface Centre {
  readonly frame: Frame;
  /** What the account is called. */
  readonly name: string;
  /** What was done just now. */
  readonly notice: Notice | undefined;
  /** How that is taken back, where it safely can be. */
  readonly wayBack: WayBack | undefined;
  /** Why the form was refused. */
  readonly failure: ShownFailure | undefined;
  /** What was entered into the form that was refused. */
  readonly entered: Readonly<Record<string, string>>;
  /** Whether the person proved lately who they are: some things are done by nobody else. */
  readonly proven: boolean;
}

/** What a page of the account centre is made of. */
export interface CentreParts {
  readonly at: CentrePlace;
  readonly body: Html;
  /** Modules beside our own; paths on this server. */
  readonly modules?: readonly string[] | undefined;
}

/** A page of the account centre. */
export function centrePage(
  { frame, name, notice, wayBack, failure }: Centre,
  { at, body, modules }: CentreParts,
): Page {
  const { language } = frame;
  const words = centreWords[language];
  const title = words.places[at];
  return layout({
    frame,
    title: failure ? words.notYet(title) : title,
    wide: true,
    ownMain: true,
    personal: true,
    laterStyles: [assetPath('account.css')],
    modules,
    navigation: signedInAs(language, name),
    body: html`<div class="account">
${navigation(language, at)}
<main>
<h1>${title}</h1>
${notice ? html`<div class="notice success"><p role="status" id="notice">${noticeWords[language][notice]}</p>${wayBack ? wayBackHtml(language, wayBack) : ''}</div>` : ''}
${failure ? refusalHtml(language, failure) : ''}
${body}
</main>
</div>`,
  });
}

const wayBackHtml = (
  language: Language,
  { action, fields }: WayBack,
): Html => html`<form id="undo-change" method="post" action="${action}">${hiddenFields(fields)}
<button class="secondary compact" type="submit">${centreWords[language].undo}</button></form>`;

const signedInAs = (language: Language, name: string): Html =>
  html`<p class="who"><bdi>${name}</bdi> <a id="sign-out" href="/sign-out">${centreWords[language].signOut}</a></p>`;

/** Folded up on a narrow screen; on a wide one the stylesheet shows what is in it, opened or not. */
const navigation = (
  language: Language,
  at: CentrePlace,
): Html => html`<nav aria-label="${centreWords[language].navigation}"><details><summary id="menu">${centreWords[language].menu}</summary><ul>
${Object.entries(centrePaths).map(([place, path]) => html`<li><a href="${path}"${place === at ? html` aria-current="page"` : ''}>${centreWords[language].places[place as CentrePlace]}</a></li>`)}
</ul></details></nav>`;

/** A part of a page under a heading of its own. */
export const section = (
  id: string,
  heading: string,
  content: Html,
): Html => html`<section class="part" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${heading}</h2>
${content}
</section>`;

/** What stands in place of a form that only somebody takes who proved lately who they are. */
export const askForProof = ({ frame }: Centre): Html => html`<div class="notice" id="prove-again">
<p>${centreWords[frame.language].proveFirst}</p>
<a class="secondary compact" href="${proofBefore(frame.here ?? centrePaths.overview)}">${centreWords[frame.language].prove}</a>
</div>`;
