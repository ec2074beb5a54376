import { html } from 'hono/html';
import type { Html } from './layout.ts';

/** One field of a form. */
export interface Field {
  /** Name and id. */
  readonly name: string;
  readonly label: string;
  readonly optional?: boolean | undefined;
  /** Absent for passwords: they are never sent back. */
  readonly value?: string | undefined;
  readonly hint?: string | undefined;
  /** Type, autocomplete and limits. */
  readonly attributes: Html;
  /** Why the value was refused. */
  readonly fault: string | undefined;
}

/** A labelled field. Hint and fault are tied to it for screen readers; `focused` brings the keyboard there at once. */
export function fieldHtml(field: Field, focused: boolean): Html {
  const { name, label, optional = false, value = '', hint, attributes, fault } = field;
  const described = [hint === undefined ? '' : `${name}-hint`, fault === undefined ? '' : `${name}-fault`]
    .filter((id) => id !== '')
    .join(' ');
  return html`<div class="field">
<label for="${name}">${label}${optional ? html` <span class="quiet">(optional)</span>` : ''}</label>
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}
${fault === undefined ? '' : html`<p class="fault" id="${name}-fault">${fault}</p>`}
<input id="${name}" name="${name}" ${attributes} value="${value}"${described === '' ? '' : html` aria-describedby="${described}"`}${fault === undefined ? '' : html` aria-invalid="true"`}${focused ? html` autofocus` : ''}>
</div>`;
}
