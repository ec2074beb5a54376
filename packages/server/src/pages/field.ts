import { html } from 'hono/html';
import type { Language } from './language.ts';
import type { Html } from './layout.ts';
import { fieldWords } from './words/field.ts';

/** One field of a form. */
export interface Field {
  /** The name, and the id where none is given. */
  readonly name: string;
  /** For a form that stands on its page several times. */
  readonly id?: string | undefined;
  readonly label: string;
  readonly optional?: boolean | undefined;
  /** Absent for passwords: they are never sent back. */
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  /** Type, autocomplete and limits. */
  readonly attributes: Html;
  /** What is typed can be shown, where JavaScript is on. */
  readonly concealed?: boolean | undefined;
  /** Why the value was refused. */
  readonly fault: Html | string | undefined;
}

/** A labelled field. Hint and fault are tied to it for screen readers; `focused` brings the keyboard there at once. */
export function fieldHtml(language: Language, field: Field, focused = false): Html {
  const { name, id = name, label, optional = false, hint, fault } = field;
  return html`<div class="field">
<label for="${id}" id="${id}-label">${label}${optional ? html` <span class="quiet">(${fieldWords[language].optional})</span>` : ''}</label>
${hint === undefined ? '' : html`<p class="hint" id="${id}-hint">${hint}</p>`}
${fault === undefined ? '' : html`<p class="fault" id="${id}-fault">${fault}</p>`}
${field.concealed ? html`<div class="concealed">${inputHtml(field, focused)}${revealer(language, id)}</div>` : inputHtml(field, focused)}
</div>`;
}

function inputHtml({ name, id = name, value = '', hint, attributes, fault }: Field, focused: boolean): Html {
  const described = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`]
    .filter((one) => one !== '')
    .join(' ');
  return html`<input id="${id}" name="${name}" ${attributes} value="${value}"${described === '' ? '' : html` aria-describedby="${described}"`}${fault === undefined ? '' : html` aria-invalid="true"`}${focused ? html` autofocus` : ''}>`;
}

/** The button that shows what was typed; hidden until a script can make it work. */
const revealer = (language: Language, name: string): Html =>
  html`<button type="button" class="reveal" data-reveals="${name}" data-other="${fieldWords[language].conceal}" aria-controls="${name}" aria-describedby="${name}-label" hidden>${fieldWords[language].reveal}</button>`;

/** A password to prove oneself by, or a new one. */
export const passwordAttributes = (autocomplete: 'current-password' | 'new-password'): Html =>
  html`type="password" autocomplete="${autocomplete}" maxlength="1024" autocapitalize="none" spellcheck="false" required`;

/** Values that a form carries along unseen. */
export const hiddenFields = (hidden: Readonly<Record<string, string>>): Html =>
  html`${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`;
