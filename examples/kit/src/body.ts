/**
 * Reading what a stranger sent: of the right media type, small, UTF-8, every name once. What is wrong is refused here,
 * so that the systems only ever see fields.
 */
import { Refused } from './refused.ts';

/** The fields of a form or of a JSON object, by name. A form has only text. */
export type Fields = ReadonlyMap<string, unknown>;

const form = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const json = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
/** Bytes that a body may have. */
const limit = 16_384;

/** The fields of a form. Refuses with 415, 413 and 400. */
export const readForm = async (request: Request): Promise<Fields> =>
  parseForm(await readText(request, [form]));

/** The fields of a JSON object. Refuses with 415, 413 and 400. */
export const readJson = async (request: Request): Promise<Fields> =>
  parseJson(await readText(request, [json]));

/** The fields of a body that may be either. Refuses with 415, 413 and 400. */
export async function readFormOrJson(request: Request): Promise<Fields> {
  const text = await readText(request, [form, json]);
  return json.test(request.headers.get('content-type') ?? '') ? parseJson(text) : parseForm(text);
}

/** A field that holds text; undefined when it is missing. Refuses anything else with 400. */
export function textOf(fields: Fields, name: string): string | undefined {
  const value = fields.get(name);
  if (value === undefined) return undefined;
  // Half a surrogate pair has no UTF-8: it would come back as another character than was sent.
  if (typeof value !== 'string' || !value.isWellFormed()) throw new Refused(400, `${name} must be text`);
  return value;
}

async function readText(request: Request, accepted: readonly RegExp[]): Promise<string> {
  const type = request.headers.get('content-type');
  const bytes = await readBytes(request);
  // A call without any body, as `curl -X POST` sends it, has no type either: it is a form without fields.
  const ours =
    type === null
      ? bytes.length === 0 && accepted.includes(form)
      : accepted.some((pattern) => pattern.test(type.trim()));
  if (!ours || request.headers.has('content-encoding')) throw new Refused(415, 'Unsupported content type');
  return malformedUnless(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

async function readBytes(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > limit) throw new Refused(413, 'Body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Stricter than `URLSearchParams`, which replaces what it cannot decode and keeps names that come twice. */
function parseForm(text: string): Fields {
  const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
  const fields = new Map<string, unknown>();
  for (const pair of text.split('&').filter((one) => one !== '')) {
    const [name = '', ...value] = pair.split('=');
    const decoded = malformedUnless(() => [decode(name), decode(value.join('='))] as const);
    if (fields.has(decoded[0])) throw malformed();
    fields.set(...decoded);
  }
  return fields;
}

function parseJson(text: string): Fields {
  const value: unknown = malformedUnless(() => JSON.parse(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value) || repeatsName(text))
    throw malformed();
  return new Map(Object.entries(value));
}

/** Whether an object in a valid JSON text has a name twice: `JSON.parse` would silently keep the last. */
function repeatsName(text: string): boolean {
  const names: Set<unknown>[] = [];
  for (const [token, string = '', colon] of text.matchAll(/[{}]|("(?:[^"\\]|\\.)*")(\s*:)?/g)) {
    if (token === '{') names.push(new Set());
    else if (token === '}') names.pop();
    else if (colon !== undefined) {
      const name: unknown = JSON.parse(string);
      if (names.at(-1)?.has(name)) return true;
      names.at(-1)?.add(name);
    }
  }
  return false;
}

const malformed = (): Refused => new Refused(400, 'Malformed body');

function malformedUnless<Value>(work: () => Value): Value {
  try {
    return work();
  } catch {
    throw malformed();
  }
}
