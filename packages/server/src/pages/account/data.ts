import { html } from 'hono/html';
import { faultOf } from '../failure.ts';
import { fieldHtml, passwordAttributes } from '../field.ts';
import { durationText, momentText } from '../language.ts';
import { type Frame, type Html, layout, type Page } from '../layout.ts';
import { dataWords } from '../words/account-data.ts';
import { failureSentence } from '../words/failures.ts';
import { askForProof, type Centre, centrePage, section } from './centre.ts';

/** What the page needs to know. */
export interface DataState {
  /** Whether the password is asked for before the account goes. */
  readonly hasPassword: boolean;
  /** Seconds between leaving and being deleted; 0 for none. */
  readonly graceSeconds: number;
}

/** One's data: to be taken along, and to be deleted. */
export function dataPage(centre: Centre, state: DataState): Page {
  const words = dataWords[centre.frame.language];
  return centrePage(centre, {
    at: 'data',
    body: html`${centre.proven ? '' : askForProof(centre)}
${section('download', words.download, html`<p>${words.about}</p>${centre.proven ? downloadForm(words.get) : ''}`)}
${section('deletion', words.deletion, html`<p>${consequence(centre, state)}</p>${centre.proven ? deletionForm(centre, state) : ''}`)}`,
  });
}

/** Repeats: what is downloaded leaves the page where it is. */
const downloadForm = (label: string): Html =>
  html`<form id="download-form" method="post" action="/account/data/download"><button class="secondary compact" id="download" type="submit" data-repeats>${label}</button></form>`;

const consequence = ({ frame: { language } }: Centre, { graceSeconds }: DataState): string =>
  graceSeconds === 0
    ? dataWords[language].atOnce
    : dataWords[language].afterGrace(durationText(language, graceSeconds));

function deletionForm({ frame: { language }, failure }: Centre, { hasPassword }: DataState): Html {
  const words = dataWords[language];
  const isWrong = failure?.code === 'current_password_wrong';
  const password = {
    name: 'password',
    label: words.password,
    attributes: passwordAttributes('current-password'),
    concealed: true,
    fault: isWrong ? failureSentence(language, failure.code) : faultOf(language, failure, 'password'),
  };
  return html`<form id="deletion-form" method="post" action="/account/deletion">
${hasPassword ? fieldHtml(language, password, isWrong) : ''}
<div class="field"><div class="tick"><input type="checkbox" id="understood" name="understood" value="yes" required><label for="understood">${words.understood}</label></div></div>
<button class="danger compact" id="delete" type="submit">${words.delete}</button>
</form>`;
}

/** After it: gone, or closed until a moment (milliseconds since 1970). */
export function leftPage(frame: Frame, leavesAt: number | undefined): Page {
  const { language } = frame;
  const words = dataWords[language];
  return layout({
    frame,
    title: leavesAt === undefined ? words.goneTitle : words.closedTitle,
    signedOut: true,
    body: html`<h1>${leavesAt === undefined ? words.gone : words.closed}</h1>
<p class="lead">${leavesAt === undefined ? words.nothingLeft : words.until(html`<strong id="leaves-at">${momentText(language, leavesAt)}</strong>`)}</p>
<p><a href="/sign-in">${words.signIn}</a></p>`,
  });
}
