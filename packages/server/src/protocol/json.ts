import { isInterchangeText } from './text.ts';

/*
 * JSON from outside, read strictly (RFC 8259, RFC 7493): what two parsers could read differently is refused.
 * The engine parses; one scan of the text before it and one walk of the tree after it add the rules. It
 * knows nothing of schemas.
 */

/** What a JSON text can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** A text that is not acceptable JSON. It never holds a part of that text. */
export class JsonFault extends Error {
  /** A public sentence. */
  readonly reason: string;
  /** Where in the text, in UTF-16 units from 0, when that is known. */
  readonly position: number | undefined;

  constructor(reason: string, position?: number) {
    super(reason);
    this.name = 'JsonFault';
    this.reason = reason;
    this.position = position;
  }
}

/** Containers inside each other, the outermost being the first. */
const maxDepth = 32;
/** Values of all kinds in one text, containers included. */
const maxValues = 10_000;

/**
 * The value of a JSON text (RFC 8259, I-JSON of RFC 7493 §2). Throws JsonFault for broken syntax and trailing
 * text, a byte order mark, a repeated member name, the names `__proto__`, `constructor` and `prototype`, more
 * than 32 levels or 10,000 values, numbers that are not exact (beyond ±(2^53−1), infinite, negative zero), and
 * strings with NUL, lone surrogates or noncharacters. Linear, without recursion.
 */
export function parseJson(text: string): JsonValue {
  const outline = outlineOf(text);
  const value = parse(text);
  checkTree(value, outline);
  return value;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the text: it goes no further.
    throw new JsonFault('The text is not valid JSON.');
  }
}

interface Outline {
  /** How many members the text writes, repeated names included. */
  readonly members: number;
  /** Whether a string may hold characters that are refused: something above U+D7FF, or any escape. */
  readonly doubtful: boolean;
}

const code = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  escape: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
  bom: 0xfeff,
} as const;

/** One pass over a text that may still be broken; its counts are exact when the text is valid. */
function outlineOf(text: string): Outline {
  if (text.charCodeAt(0) === code.bom) throw new JsonFault('The text begins with a byte order mark.', 0);
  let depth = 0;
  let members = 0;
  let values = 1;
  let doubtful = false;
  let inString = false;
  let justOpened = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (inString) {
      if (unit === code.quote) inString = false;
      else if (unit === code.escape) {
        doubtful = true;
        at++;
      } else if (unit > 0xd7ff) doubtful = true;
      continue;
    }
    if (unit <= 0x20) continue;
    if (unit === code.openObject || unit === code.openList) {
      if (++depth > maxDepth) throw new JsonFault(`The text has more than ${maxDepth} levels.`, at);
      values++;
      justOpened = true;
      continue;
    }
    if (unit === code.closeObject || unit === code.closeList) {
      depth--;
      if (justOpened) values--;
    } else if (unit === code.quote) inString = true;
    else if (unit === code.colon) members++;
    else if (unit === code.comma) values++;
    justOpened = false;
  }
  if (values > maxValues) throw new JsonFault(`The text has more than ${maxValues} values.`);
  return { members, doubtful };
}

/** Judges what only the parsed tree shows. Its stack is bounded by `maxValues`. */
function checkTree(root: JsonValue, { members, doubtful }: Outline): void {
  const waiting: JsonValue[] = [root];
  let distinct = 0;
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') {
      if (doubtful) checkString(value);
    } else if (typeof value === 'number') checkNumber(value);
    else if (isList(value)) waiting.push(...value);
    else if (typeof value === 'object' && value !== null) {
      for (const name of Object.keys(value)) {
        checkName(name);
        if (doubtful) checkString(name);
        distinct++;
        const member = value[name];
        if (member !== undefined) waiting.push(member);
      }
    }
  }
  // The engine keeps the last of repeated members, so a repetition shows as a tree smaller than its text.
  if (distinct !== members) throw new JsonFault('An object has the same name twice.');
}

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

function checkName(name: string): void {
  if (name === '__proto__' || name === 'constructor' || name === 'prototype')
    throw new JsonFault('An object has a name that is not allowed.');
}

function checkString(text: string): void {
  if (!isInterchangeText(text)) throw new JsonFault('A string has a character that is not allowed.');
}

function checkNumber(number: number): void {
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER || Object.is(number, -0))
    throw new JsonFault('A number cannot be kept exactly.');
}
