import { isInterchangeText } from './text.ts';

/*
 * Form bodies and query strings (WHATWG URL §5, `application/x-www-form-urlencoded`), read strictly: each name
 * once, everything decoded exactly once. It knows nothing of what the fields mean.
 */

/** A text that is not an acceptable form. It never holds a part of that text. */
export class FormFault extends Error {
  /** A public sentence. */
  readonly reason: string;
  /** Where in the text the field begins, in UTF-16 units from 0, when that is known. */
  readonly position: number | undefined;

  constructor(reason: string, position?: number) {
    super(reason);
    this.name = 'FormFault';
    this.reason = reason;
    this.position = position;
  }
}

const maxFields = 100;

/**
 * The fields of a form in their order; a field without `=` has an empty value. Throws FormFault for a repeated
 * name (RFC 6749 §3.1), an empty name, more than 100 fields, a percent sign that does not begin valid UTF-8, and
 * NUL, lone surrogates or noncharacters.
 */
export function parseForm(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  if (text === '') return fields;
  for (let start = 0; start <= text.length; ) {
    if (fields.size === maxFields) throw new FormFault(`The form has more than ${maxFields} fields.`, start);
    const next = text.indexOf('&', start);
    const end = next === -1 ? text.length : next;
    const field = text.slice(start, end);
    const equals = field.indexOf('=');
    const name = decodeFormText(equals === -1 ? field : field.slice(0, equals), start);
    if (name === '') throw new FormFault('A field of the form has no name.', start);
    if (fields.has(name)) throw new FormFault('The same name stands there twice.', start);
    fields.set(name, equals === -1 ? '' : decodeFormText(field.slice(equals + 1), start));
    start = end + 1;
  }
  return fields;
}

/**
 * One name or value of a form, decoded. Throws FormFault, with `position`, for a percent sign that does not begin valid
 * UTF-8, and for NUL, lone surrogates and noncharacters.
 */
export function decodeFormText(text: string, position: number): string {
  const decoded = percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text, position);
  if (!isInterchangeText(decoded))
    throw new FormFault('A field of the form has a character that is not allowed.', position);
  return decoded;
}

function percentDecode(text: string, position: number): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new FormFault('A field of the form is not encoded correctly.', position);
  }
}
