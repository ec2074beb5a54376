/**
 * The parameters of an OAuth request, read from a query or a form body (RFC 6749 §3.1, §3.2 and Appendix B): each
 * once, `resource` alone as often as it is needed (RFC 8707 §2). A parameter without a value is as good as not sent.
 */
import { FormFault, parseForm } from '../form.ts';
import { OAuthFault } from './error.ts';

/** What was sent, decoded once. */
export interface OAuthParameters {
  /** None of them empty; `resource` is not among them. */
  readonly values: ReadonlyMap<string, string>;
  /** The values of `resource` in their order. */
  readonly resources: readonly string[];
}

/** A value longer than this many characters is not looked at. */
const longest = 8192;
const maxResources = 20;

/**
 * The parameters in a query (without its question mark) or form body. Throws `invalid_request` for a parameter sent
 * twice, whatever its values (RFC 6749 §3.1), for broken encoding, for a value of more than 8192 characters and for
 * more than 20 resources.
 */
export function parseParameters(text: string): OAuthParameters {
  const fields = text.includes(resourceName) ? text.split('&') : [];
  const named = fields.filter(isResource);
  const values = parseFields(named.length === 0 ? text : fields.filter((one) => !isResource(one)).join('&'));
  const resources = named.map((field) => parseFields(field).get(resourceName) ?? '');
  // Another spelling of the same name, such as `%72esource`.
  resources.push(values.get(resourceName) ?? '');
  values.delete(resourceName);
  for (const [name, value] of values) {
    requireShort(value);
    if (value === '') values.delete(name);
  }
  const sent = resources.filter((value) => value !== '');
  for (const value of sent) requireShort(value);
  if (sent.length > maxResources)
    throw new OAuthFault('invalid_request', `More than ${maxResources} resources are named.`, {
      parameter: resourceName,
    });
  return { values, resources: sent };
}

const resourceName = 'resource';

const isResource = (field: string): boolean => field === resourceName || field.startsWith(`${resourceName}=`);

function requireShort(value: string): void {
  if (value.length > longest)
    throw new OAuthFault('invalid_request', `A parameter has more than ${longest} characters.`);
}

function parseFields(text: string): Map<string, string> {
  try {
    return parseForm(text);
  } catch (error) {
    if (!(error instanceof FormFault)) throw error;
    throw new OAuthFault('invalid_request', error.reason);
  }
}

/** The value of a parameter that must be there. Throws `invalid_request` when it is not. */
export function requireParameter({ values }: OAuthParameters, name: string): string {
  const value = values.get(name);
  if (value === undefined)
    throw new OAuthFault('invalid_request', `The parameter ${name} is missing.`, { parameter: name });
  return value;
}

/** Whether a text is one of the values that a standard names; case counts. */
export const isOneOf = <Value extends string>(values: readonly Value[], text: string): text is Value =>
  values.some((value) => value === text);
