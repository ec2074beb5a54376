/** What this system says of fields that are missing or malformed. */
import { type Fields, Refused } from '@doorward/examples-kit';
import { Failure } from 'doorward';
import type { Names } from './users.ts';

const wrongFormat = new Refused(400, 'Wrong format');
/** Characters of a name. */
const longest = 128;

/** A field that must be there. Refuses with 400. */
export function required(fields: Fields, name: string): string {
  const value = fields.get(name) ?? '';
  if (value === '') throw new Refused(400, `${name} missing`);
  return text(value);
}

/** The names among the fields; null where none is given. Refuses with 400. */
export const namesIn = (fields: Fields): Names => ({
  first_name: nameIn(fields, 'first_name'),
  last_name: nameIn(fields, 'last_name'),
});

function nameIn(fields: Fields, name: string): string | null {
  const value = fields.get(name) ?? null;
  if (value === null) return null;
  if (text(value).length > longest) throw wrongFormat;
  return text(value);
}

/** Half a surrogate pair is no text: it would come back as another character than was sent. */
function text(value: unknown): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw wrongFormat;
  return value;
}

/** Says "Wrong format" of a body that cannot be read, and of an address that is none. Throws all else as it came. */
export function inWrongFormat(thrown: unknown): never {
  const malformed =
    thrown instanceof Failure
      ? thrown.code === 'input_invalid'
      : thrown instanceof Refused && thrown.status === 400;
  throw malformed ? wrongFormat : thrown;
}
