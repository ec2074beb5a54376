/**
 * Makes an account: `npm run add-account -- ada`. The password is asked for, and never an argument: those can be read by
 * everybody on the machine and stay in the history of the shell.
 */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createDoorward, Failure, type FailureCode, failures } from 'doorward';

const dataFolder =
  process.env['DATA_FOLDER'] ?? fileURLToPath(new URL('../../../data/examples/jwt-cookie', import.meta.url));

/** Asks without showing what is typed; without a terminal it takes the first line of the input. */
async function askPassword(): Promise<string> {
  const { stdin, stderr } = process;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const dialogue = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY });
  if (stdin.isTTY) stderr.write('Password: ');
  const password = await dialogue.question('');
  dialogue.close();
  if (stdin.isTTY) stderr.write('\n');
  return password;
}

const [username = ''] = process.argv.slice(2);
const password = await askPassword();
const doorward = await createDoorward({ dataFolder });
try {
  await doorward.accounts.create({ username, name: username, password });
  console.log(`${username} can log in now.`);
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown;
  console.error(failures[thrown.code as FailureCode].title, ...thrown.fields.map(({ message }) => message));
  process.exitCode = 1;
} finally {
  await doorward.close();
}
