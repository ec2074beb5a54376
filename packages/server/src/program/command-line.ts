/**
 * The command line: commander over the table of commands, the loading of the configuration, and the only place where
 * results are printed and exit codes chosen: 0 fine, 1 failed or a negative finding, 2 called or configured wrongly.
 */
import { CommanderError, Option, Command as Parser } from 'commander';
import { failures, isFailure } from '../domain/failures.ts';
import { OtherMasterKey } from '../domain/keys/key.ts';
import { SchemaRefused } from '../store/migrate.ts';
import { type CommandRow, commandTable, groups } from './command-table.ts';
import { CommandRefused, type Invocation, type Said } from './commands/command.ts';
import { ConfigurationRefused } from './configuration/configuration.ts';
import {
  configurationTable,
  type SettingName,
  type SettingRow,
} from './configuration/configuration-table.ts';
import { loadSettings } from './configuration/load-settings.ts';
import { readSecret } from './configuration/secret-input.ts';
import { version } from './version.ts';

/** Runs a command and resolves to the exit code. `args` are without the program's own name. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let code = 0;
  const run = async (row: CommandRow, called: Called): Promise<void> => {
    code = await runCommand(row, called);
  };
  try {
    await parserOf(run).parseAsync([...args], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    return thrown.exitCode === 0 ? 0 : 2;
  }
  return code;
}

interface Called {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

type Run = (row: CommandRow, called: Called) => Promise<void>;

function parserOf(run: Run): Parser {
  const program = new Parser('doorward')
    .description(
      'A self-hosted authentication server: one sign-in, one session, carried however each app needs it.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('(add --help to see what there is)')
    .helpCommand(false);
  const groupParsers = new Map(
    Object.entries(groups).map(
      ([name, summary]) => [name, program.command(name).description(summary)] as const,
    ),
  );
  for (const row of commandTable) {
    const [first = '', ...rest] = row.usage.split(' ');
    const group = groupParsers.get(first);
    const parser = group ? group.command(rest.join(' ')) : program.command(row.usage);
    parser.description(row.summary);
    for (const [flags, sentence] of row.options ?? []) parser.option(flags, sentence);
    for (const option of settingOptions(row.settings ?? [])) parser.addOption(option);
    parser
      .option('--config <file>', 'Settings as JSON; else the file that DOORWARD_CONFIG names.')
      .option('--json', 'Print the result as JSON, and nothing else.')
      .action((...called: unknown[]) => {
        const last = called.at(-1);
        if (!(last instanceof Parser)) throw new TypeError('commander has passed no command');
        return run(row, {
          args: last.processedArgs.flat().filter((arg) => typeof arg === 'string'),
          options: last.opts(),
        });
      });
  }
  return program;
}

/** Settings as flags. A secret is none: other people of the machine can read the arguments of a process. */
function settingOptions(which: NonNullable<CommandRow['settings']>): Option[] {
  const rows = Object.entries(configurationTable) as [SettingName, SettingRow][];
  return rows
    .filter(
      ([name, { type }]) =>
        type.kind !== 'secret' && (which === 'all' || name === 'dataFolder' || which.includes(name)),
    )
    .map(([name, row]) => {
      const kind = row.type.kind === 'number' ? row.type.unit : row.type.kind;
      const ending =
        row.fallback === undefined || String(row.fallback) === ''
          ? ''
          : ` (default: ${String(row.fallback)})`;
      return new Option(`--${flagName(name)} <${kind}>`, row.sentence + ending).helpGroup('Settings:');
    });
}

const flagName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

async function runCommand(row: CommandRow, { args, options }: Called): Promise<number> {
  const isJson = options['json'] === true;
  const tell = ({ json, text }: Said): void => console.log(isJson ? JSON.stringify(json) : text);
  try {
    const command = await row.load();
    const loaded = loadSettings(options);
    const outcome = await command({ loaded, args, options, tell, secret: readSecret } satisfies Invocation);
    if (outcome) tell(outcome);
    return outcome?.code ?? 0;
  } catch (thrown) {
    const { code, json, text } = refusalOf(thrown);
    if (isJson) console.log(JSON.stringify({ failure: json }));
    else console.error(text);
    return code;
  }
}

interface RefusalText extends Said {
  readonly code: 1 | 2;
}

function refusalOf(thrown: unknown): RefusalText {
  if (thrown instanceof ConfigurationRefused)
    return { code: 2, json: { code: 'configuration', faults: thrown.faults }, text: thrown.message };
  if (thrown instanceof CommandRefused)
    return {
      code: thrown.exitCode,
      json: { code: 'refused', message: thrown.message },
      text: thrown.message,
    };
  if (thrown instanceof SchemaRefused)
    return { code: 1, json: { code: 'store', message: thrown.message }, text: thrown.message };
  if (thrown instanceof OtherMasterKey)
    return { code: 1, json: { code: 'master_key', message: thrown.message }, text: thrown.message };
  if (isFailure(thrown)) {
    const { title } = failures[thrown.code];
    const { code, fields, detail, retryAfter } = thrown;
    const wait = retryAfter === undefined ? '' : ` Try again in ${retryAfter} s.`;
    const faults = fields.map(({ field, message }) => `\n  ${field}: ${message}`).join('');
    return { code: 1, json: { code, message: title, fields, detail }, text: title + wait + faults };
  }
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 1, json: { code: 'internal', message: text }, text };
}
