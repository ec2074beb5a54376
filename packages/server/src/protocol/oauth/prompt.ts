/**
 * How the person may be asked (OpenID Connect Core §3.1.2.1, `prompt` and `max_age`).
 */
import { OAuthFault } from './error.ts';
import { isOneOf } from './parameters.ts';

/** The values that we take. */
export const promptValues = ['none', 'login', 'consent', 'select_account'] as const;

/** One value of `prompt`. */
export type Prompt = (typeof promptValues)[number];

/**
 * The values of a `prompt`, each once; none when nothing was sent. Throws `invalid_request` for an unknown value, a
 * repeated one, spaces that separate nothing, and `none` beside another.
 */
export function parsePrompt(text: string | undefined): readonly Prompt[] {
  if (text === undefined) return [];
  const prompts = text.split(' ').map((value) => {
    if (!isOneOf(promptValues, value)) throw badPrompt('The prompt has an unknown value.');
    return value;
  });
  if (new Set(prompts).size !== prompts.length) throw badPrompt('The prompt has the same value twice.');
  if (prompts.length > 1 && prompts.includes('none'))
    throw badPrompt('The prompt none stands alone or not at all.');
  return prompts;
}

const badPrompt = (description: string): OAuthFault =>
  new OAuthFault('invalid_request', description, { parameter: 'prompt' });

/**
 * The seconds in a `max_age` or `default_max_age`, or undefined when nothing was sent. Throws `invalid_request` unless
 * it is a whole number up to 9999999999 in plain decimal digits.
 */
export function parseMaxAge(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text))
    throw new OAuthFault('invalid_request', 'The maximum age is not a number of seconds.', {
      parameter: 'max_age',
    });
  return Number(text);
}
