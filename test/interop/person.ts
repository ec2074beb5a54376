/**
 * A person with a browser in front of several servers: goes where answers lead, keeps cookies for each host, and does what
 * our pages ask for by sending their plain HTML forms: signs in, allows, confirms, continues.
 */
import { goodPassword } from '../kit/visitor.ts';

/** Where the person has arrived. */
export interface Arrival {
  /** What the browser would ask for, or has asked for. */
  readonly request: Request;
  /** The parsed address of it. */
  readonly url: URL;
  /** What was answered; undefined when nobody was asked, since the address is of none of the servers. */
  readonly answer: { readonly status: number; readonly text: string } | undefined;
}

/** The person. */
export interface Person {
  /**
   * Goes to an address, or sends a request, does what is asked for on the way, and stops at an address of another origin or
   * a page to read.
   */
  goTo(address: URL | string | Request): Promise<Arrival>;
}

/** What the person does with the form of each of our pages, by its id: the fields that they fill in. */
const doings: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ['sign-in', { identifier: 'ada@example.com', password: goodPassword }],
  ['consent', { decision: 'allow' }],
  ['decision', { decision: 'allow' }],
  ['device', {}],
  ['sign-out', {}],
]);

/** Seats a person whose browser reaches servers at these origins. */
export function seatPerson(...origins: readonly string[]): Person {
  const jars = new Map<string, Map<string, string>>();
  const goOn = async (request: Request): Promise<Arrival> => {
    const url = new URL(request.url);
    if (!origins.includes(url.origin)) return { request, url, answer: undefined };
    const jar = jars.get(url.hostname) ?? new Map<string, string>();
    jars.set(url.hostname, jar);
    const response = await send(request, jar);
    keepCookies(jar, response.headers);
    const text = await response.text();
    const next = led(response, url) ?? submitted(text, url);
    return next ? goOn(next) : { request, url, answer: { status: response.status, text } };
  };
  return { goTo: (address) => goOn(address instanceof Request ? address : new Request(address)) };
}

function send(request: Request, jar: ReadonlyMap<string, string>): Promise<Response> {
  const sent = new Request(request, { redirect: 'manual' });
  sent.headers.set('accept', 'text/html');
  if (jar.size > 0) sent.headers.set('cookie', [...jar].map((pair) => pair.join('=')).join('; '));
  return fetch(sent);
}

/** What Set-Cookie says, as far as it matters here: names, values and removal. */
function keepCookies(jar: Map<string, string>, headers: Headers): void {
  for (const line of headers.getSetCookie()) {
    const [pair = ''] = line.split(';', 1);
    const name = pair.slice(0, pair.indexOf('='));
    if (/; *max-age=0|; *expires=thu, 0?1[ -]jan[ -]1970/i.test(line)) jar.delete(name);
    else jar.set(name, pair.slice(name.length + 1));
  }
}

/** The request that a redirect asks for. */
function led({ status, headers }: Response, from: URL): Request | undefined {
  const location = headers.get('location');
  return status < 300 || status > 399 || location === null ? undefined : new Request(new URL(location, from));
}

/** The request that the form of a page makes once it is filled in; undefined where there is nothing to do. */
function submitted(page: string, from: URL): Request | undefined {
  for (const [, attributes = '', content = ''] of page.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)) {
    const doing = attributeOf(attributes, 'id');
    // The form that takes an answer to an application has no id, and nothing to fill in.
    const filled = doing === undefined ? {} : doings.get(doing);
    if (!filled) continue;
    const hidden = [...content.matchAll(/<input([^>]*)>/g)].map(([, input = '']) => [
      attributeOf(input, 'name') ?? '',
      attributeOf(input, 'value') ?? '',
    ]);
    return new Request(new URL(attributeOf(attributes, 'action') ?? '', from), {
      method: 'POST',
      headers: { origin: from.origin },
      body: new URLSearchParams({ ...(Object.fromEntries(hidden) as Record<string, string>), ...filled }),
    });
  }
  return undefined;
}

const attributeOf = (tag: string, name: string): string | undefined =>
  new RegExp(`(?:^|\\s)${name}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replaceAll(/&(?:#39|quot|lt|gt|amp);/g, (entity) => letters[entity] ?? entity);

const letters: Readonly<Record<string, string>> = {
  '&#39;': "'",
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};
