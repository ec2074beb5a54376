/** The commands of a README, sent as a reader's curl sends them. */
import { spawn } from 'node:child_process';
import { shellLines, shellWords } from '../../../test/kit/documents.ts';

/** The lines of a README's shell blocks that begin with a word. */
export const commandsOf = async (example: string, program: string): Promise<string[]> =>
  (await shellLines(new URL(`../../${example}/README.md`, import.meta.url))).filter((line) =>
    line.startsWith(`${program} `),
  );

/** The request of a curl call, sent to where a system listens instead of to port 5000. Throws for an unknown option. */
export function curlRequest(
  line: string,
  origin: string,
  variables: Readonly<Record<string, string>>,
): Request {
  const [, ...words] = shellWords(line, variables);
  const headers = new Headers();
  const data: string[] = [];
  let address = '';
  while (words.length > 0) {
    const word = words.shift() ?? '';
    const value = word.startsWith('-') ? (words.shift() ?? '') : '';
    if (word === '-d') {
      data.push(value);
      headers.set('content-type', 'application/x-www-form-urlencoded');
    } else if (word === '--json') {
      data.push(value);
      headers.set('content-type', 'application/json');
    } else if (word === '-u') headers.set('authorization', `Basic ${Buffer.from(value).toString('base64')}`);
    else if (word === '-H') headers.set(...(value.split(': ', 2) as [string, string]));
    else if (word.startsWith('-')) throw new Error(`unknown option of curl: ${word}`);
    else address = word;
  }
  return new Request(address.replace('http://localhost:5000', origin), {
    method: data.length === 0 ? 'GET' : 'POST',
    headers,
    body: data.length === 0 ? null : data.join('&'),
  });
}

/** A command that runs. */
export interface Running {
  /** Resolves when it has printed a text; rejects when it ends before. */
  printed(text: string): Promise<string>;
  /** Resolves to the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Ends it and what it started. */
  stop(): void;
}

/** Runs a line in a shell, as a reader does who stands in `folder` (the top of the work tree unless told). */
export function runLine(
  line: string,
  environment: Readonly<Record<string, string>> = {},
  folder: URL | string = new URL('../../..', import.meta.url),
): Running {
  const child = spawn('sh', ['-c', line], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let screen = '';
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const hear = (text: string): void => {
    screen += text;
    child.emit('heard');
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  return {
    exited,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (screen.includes(text)) resolve(screen);
        };
        child.on('heard', look);
        void exited.then(() =>
          reject(new Error(`it ended and had not printed ${JSON.stringify(text)}:\n${screen}`)),
        );
        look();
      }),
    stop: () =>
      void (child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGTERM')),
  };
}
