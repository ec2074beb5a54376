/** Reading a secret from standard input. It is never an argument: those can be read by everybody on the machine. */
import type { ReadStream } from 'node:tty';
import { CommandRefused } from '../commands/command.ts';

/** The longest secret that is read, in characters. */
const longest = 4096;

/** Asks at a terminal, twice and unseen; else, or when `piped`, takes the first line. Throws CommandRefused. */
export async function readSecret(prompt: string, { piped }: { readonly piped: boolean }): Promise<string> {
  const { stdin } = process;
  if (piped || !stdin.isTTY) return readLine();
  const secret = await ask(stdin, `${prompt}: `);
  if ((await ask(stdin, `${prompt}, once more: `)) !== secret)
    throw new CommandRefused('The two are not the same.');
  return secret;
}

async function readLine(): Promise<string> {
  process.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > longest || text.includes('\n')) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}

const enter: ReadonlySet<string> = new Set(['\r', '\n', '\u0004']);
const erase: ReadonlySet<string> = new Set(['\u007f', '\b']);
const interrupt = '\u0003';

/** Raw mode: the terminal shows nothing of what is typed, and hands over every key. */
function ask(terminal: ReadStream, question: string): Promise<string> {
  process.stderr.write(question);
  terminal.setEncoding('utf8');
  terminal.setRawMode(true);
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const end = (): void => {
      terminal.off('data', hear);
      terminal.setRawMode(false);
      terminal.pause();
      process.stderr.write('\n');
    };
    const hear = (text: string): void => {
      for (const letter of text) {
        if (letter === interrupt) {
          end();
          return reject(new CommandRefused('Nothing was done.'));
        }
        if (enter.has(letter)) {
          end();
          return resolve(typed.join(''));
        }
        if (erase.has(letter)) typed = typed.slice(0, -1);
        else if (typed.length < longest) typed.push(letter);
      }
    };
    terminal.on('data', hear);
    terminal.resume();
  });
}
