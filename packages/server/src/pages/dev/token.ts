/**
 * The inspector of tokens: a form, and what was found. The token travels in bodies alone, and the answer is kept nowhere.
 */
import { html } from 'hono/html';
import type { Finding } from '../../domain/dev/finding.ts';
import type { TokenPart } from '../../domain/dev/token-part.ts';
import type { Language } from '../language.ts';
import type { Frame, Html, Page } from '../layout.ts';
import { findingWords } from '../words/findings.ts';
import { refusalSentence } from '../words/refusals.ts';
import { tokenWords } from '../words/token.ts';
import { devPage } from './frame.ts';

/** What was found of a token. */
export interface ShownInspection {
  /** What was looked at. */
  readonly text: string;
  /** What was typed, where a letter of it was changed. */
  readonly original: string | undefined;
  readonly changed: { readonly place: number; readonly from: string; readonly to: string } | undefined;
  readonly parts: readonly TokenPart[];
  readonly findings: readonly Finding[];
}

/** The page, with what was found where something was asked. */
export function tokenPage(frame: Frame, inspection?: ShownInspection): Page {
  const { language } = frame;
  const words = tokenWords[language];
  return devPage(frame, {
    tool: 'token',
    title: words.title,
    body: html`<p class="lead">${words.lead}</p>
<form id="inspect" method="post" action="/dev/token" class="panel">
<div class="field"><label for="token">${words.field}</label>
<textarea id="token" name="token" dir="ltr" rows="5" maxlength="8192" spellcheck="false" autocomplete="off" autocapitalize="none" required>${inspection?.text ?? ''}</textarea></div>
<button class="primary" id="submit" type="submit">${words.inspect}</button>
</form>
${inspection ? found(inspection, language) : ''}`,
  });
}

function found({ text, original, changed, parts, findings }: ShownInspection, language: Language): Html {
  const words = tokenWords[language];
  return html`${changed ? html`<p class="notice warning" id="changed">${words.changed(changed.place, changed.from, changed.to)}</p>` : ''}
<section class="panel"><h2>${words.findings}</h2>
<ul class="findings">${findings.map((one) => findingHtml(one, language))}</ul></section>
${
  parts.length === 0
    ? ''
    : html`<section class="panel"><h2>${words.parts}</h2>
${parts.map(
  ({ name, text: part, decoded }) => html`<h3>${words.part[name]}</h3>
<p class="long" dir="ltr"><code>${part}</code></p>
${decoded === undefined ? '' : html`<pre dir="ltr">${decoded}</pre>`}`,
)}</section>
<section class="panel"><h2>${words.change}</h2><p>${words.changeLead}</p><div class="jumps">
${parts.map(({ name }) => html`<form method="post" action="/dev/token"><input type="hidden" name="token" value="${original ?? text}"><button class="secondary" id="change-${name}" type="submit" name="change" value="${name}">${words.changeIn[name]}</button></form>`)}
${original === undefined ? '' : html`<form method="post" action="/dev/token"><input type="hidden" name="token" value="${original}"><button class="secondary" id="original" type="submit">${words.original}</button></form>`}
</div></section>`
}`;
}

const marks = { good: '✓', bad: '✗', note: 'i' } as const;

function findingHtml({ verdict, check, values }: Finding, language: Language): Html {
  const sentence =
    check === 'refused' ? refusalSentence(language, values) : findingWords[language][check](values);
  return html`<li class="${verdict}" data-check="${check}"><span class="mark" aria-hidden="true">${marks[verdict]}</span><span><span class="verdict">${tokenWords[language].verdict[verdict]}: </span><bdi>${sentence}</bdi></span></li>`;
}
