/**
 * Somebody who reads a page at a terminal and does what its shell lines say, one after the other: calls by curl, with
 * cookie files and passwords, and commands of the program. What an answer gives to keep is kept as the pages tell.
 */
import { curlRequest, shellWords } from '../kit/documents.ts';
import { runProcess } from '../kit/process.ts';

/** Where the reader sits. */
export interface Desk {
  /** What stands in the page and is somewhere else here: addresses. */
  readonly places: Readonly<Record<string, string>>;
  readonly dataFolder: string;
}

/** The reader. */
export interface Reader {
  /** Does a line and says what came of it: the status of an answer, or an exit code. Throws for a line of another kind. */
  follow(line: string): Promise<number>;
  /** What was kept: `ACCESS`, `REFRESH`, `KEY`, `CLIENT`, `SECRET`, `REGISTRATION`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The `Set-Cookie` lines of the last answer. */
  lastCookies(): readonly string[];
  /** The last answer, read. */
  lastAnswer(): Readonly<Record<string, unknown>>;
}

/** The members of answers that pages tell to keep, by the variable that they go into. */
const kept = { ACCESS: 'access_token', REFRESH: 'refresh_token', KEY: 'api_key' } as const;

/** Seats a reader who has kept nothing yet. */
export function seatReader({ places, dataFolder }: Desk): Reader {
  const variables: Record<string, string> = {};
  const jars = new Map<string, Map<string, string>>();
  let cookies: readonly string[] = [];
  let answer: Record<string, unknown> = {};

  const call = async (words: readonly string[]): Promise<number> => {
    const { rest, jar, headers } = withoutCookies(words, jars);
    const request = curlRequest(rest);
    for (const [name, value] of headers) request.headers.set(name, value);
    const response = await fetch(request, { redirect: 'manual' });
    const text = await response.text();
    answer = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
    for (const [variable, member] of Object.entries(kept))
      if (typeof answer[member] === 'string') variables[variable] = answer[member];
    cookies = response.headers.getSetCookie();
    if (jar !== undefined) jars.set(jar, new Map([...(jars.get(jar) ?? []), ...cookies.map(pairOf)]));
    return response.status;
  };
  return {
    follow: async (line) => {
      const moved = Object.entries(places).reduce((text, [from, to]) => text.replaceAll(from, to), line);
      const words = shellWords(moved, variables);
      if (words[0] === 'curl') return call(words);
      if (words[0] !== 'npx' || words[1] !== 'doorward') throw new Error(`nobody can follow: ${line}`);
      const { code, stdout } = await runProcess([...words.slice(2), '--data-folder', dataFolder]);
      keepClient(stdout, variables);
      return code ?? -1;
    },
    variables,
    lastCookies: () => cookies,
    lastAnswer: () => answer,
  };
}

/** A client that was made is kept by its id and, where it has one, its secret; so is a token that was offered. */
function keepClient(printed: string, variables: Record<string, string>): void {
  const id = /^id +(\S+)$/m.exec(printed)?.[1];
  const secret = /^client_secret +(\S+)$/m.exec(printed)?.[1];
  if (id !== undefined) variables['CLIENT'] = id;
  if (secret !== undefined) variables['SECRET'] = secret;
  const invitation = /^registration_token +(\S+)$/m.exec(printed)?.[1];
  if (invitation !== undefined) variables['REGISTRATION'] = invitation;
}

interface Call {
  /** The words without those of cookies and passwords. */
  readonly rest: readonly string[];
  /** The file that the answer's cookies go to. */
  readonly jar: string | undefined;
  readonly headers: ReadonlyMap<string, string>;
}

/** Takes `-b` and `-c` (files of cookies) and `-u` (name and password) out of the words of a call. */
function withoutCookies(
  words: readonly string[],
  jars: ReadonlyMap<string, ReadonlyMap<string, string>>,
): Call {
  const rest: string[] = [];
  const headers = new Map<string, string>();
  let jar: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const value = (): string => words[(at += 1)] ?? '';
    if (word === '-c') jar = value();
    else if (word === '-u') headers.set('authorization', `Basic ${Buffer.from(value()).toString('base64')}`);
    else if (word === '-b')
      headers.set('cookie', [...(jars.get(value()) ?? [])].map((pair) => pair.join('=')).join('; '));
    else rest.push(word);
  }
  return { rest, jar, headers };
}

function pairOf(line: string): [name: string, value: string] {
  const pair = line.split(';', 1)[0] ?? '';
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}
