/**
 * Reads the members of a registration one by one, strictly (RFC 7591 §2). A member that is null is as good as not sent;
 * one of another type, or with a value that is not among those we take, is refused and never replaced.
 */
import type { JsonValue } from '../json.ts';
import { isPlainText, nameIn } from '../text.ts';
import { OAuthFault } from './error.ts';
import type { JsonObject } from './jws.ts';
import { isOneOf } from './parameters.ts';

const longestUri = 2000;

/** The fault of one member. */
export const badMember = (name: string): OAuthFault =>
  new OAuthFault('invalid_client_metadata', `The member ${name} is not acceptable.`, { parameter: name });

/** Whether a text is an HTTPS address spelled as a browser spells it, without user information or fragment. */
export const isWebAddress = (text: string): boolean => isAddress(text, ['https:']);

function isAddress(text: string, protocols: readonly string[]): boolean {
  if (text.length > longestUri || text.includes('#') || !URL.canParse(text)) return false;
  const { href, protocol, username, password } = new URL(text);
  return href === text && protocols.includes(protocol) && username === '' && password === '';
}

/** The members of a registration; every reader throws `invalid_client_metadata` and names its member. */
export interface MetadataReader {
  /** Undefined when it was not sent. */
  value(name: string): JsonValue | undefined;
  /** One line of at most `longest` code points, not blank. */
  text(name: string, longest: number): string | undefined;
  flag(name: string): boolean | undefined;
  /** A whole number of seconds. */
  seconds(name: string): number | undefined;
  /** An HTTPS address. */
  address(name: string): string | undefined;
  /** An HTTPS address that this server will ask; a plain HTTP one where `isAllowed` says so. */
  asked(name: string, isAllowed: (url: string) => boolean): string | undefined;
  /** Texts, each once. */
  texts(name: string, most: number): readonly string[] | undefined;
  /** One of the values that we take. */
  choice<Value extends string>(name: string, values: readonly Value[]): Value | undefined;
  /** Some of the values that we take, each once. */
  choices<Value extends string>(name: string, values: readonly Value[]): readonly Value[] | undefined;
}

/** Makes a reader of the members of an object. */
export function readerOf(members: JsonObject): MetadataReader {
  const value = (name: string): JsonValue | undefined =>
    Object.hasOwn(members, name) ? (members[name] ?? undefined) : undefined;
  /** The member if it passes; refuses it if it does not. */
  function checked<Value extends JsonValue>(
    name: string,
    isGood: (member: JsonValue) => member is Value,
  ): Value | undefined {
    const member = value(name);
    if (member === undefined) return undefined;
    if (!isGood(member)) throw badMember(name);
    return member;
  }
  return {
    value,
    text: (name, longest) =>
      checked(name, (member): member is string => isText(member) && isLine(member, longest)),
    flag: (name) => checked(name, (member) => typeof member === 'boolean'),
    seconds: (name) => checked(name, isSeconds),
    address: (name) => checked(name, (member): member is string => isText(member) && isWebAddress(member)),
    asked: (name, isAllowed) =>
      checked(
        name,
        (member): member is string =>
          isText(member) && (isWebAddress(member) || (isAddress(member, ['http:']) && isAllowed(member))),
      ),
    texts: (name, most) =>
      checked(name, (member): member is readonly string[] => isTexts(member) && member.length <= most),
    choice: (name, values) =>
      checked(name, (member): member is (typeof values)[number] => isText(member) && isOneOf(values, member)),
    choices: (name, values) =>
      checked(
        name,
        (member): member is readonly (typeof values)[number][] =>
          isTexts(member) && member.every((one) => isOneOf(values, one)),
      ),
  };
}

const isText = (value: JsonValue): value is string => typeof value === 'string';

const isLine = (text: string, longest: number): boolean => nameIn(text) !== '' && isPlainText(text, longest);

const isSeconds = (value: JsonValue): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isTexts = (value: JsonValue): value is readonly string[] =>
  Array.isArray(value) &&
  value.every((one) => typeof one === 'string') &&
  new Set(value).size === value.length;
