/**
 * What every command is given and what it gives back. Commands compute; the command line alone prints and exits, so that
 * `--json` means the same everywhere.
 */
import type { LoadedConfiguration } from '../configuration/configuration.ts';

/** A command as it was called. */
export interface Invocation {
  readonly loaded: LoadedConfiguration;
  /** Arguments in order; the command line has made sure that those which are needed are there. */
  readonly args: readonly string[];
  /** Options of the command itself, by name in camel case. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Prints before the command has ended, for those that go on; the text is for people, the value for `--json`. */
  readonly tell: (said: Said) => void;
  /** A secret from standard input: asked for at a terminal without showing it, or its first line when it is `piped`. */
  readonly secret: (prompt: string, how: { readonly piped: boolean }) => Promise<string>;
}

/** Something to print. */
export interface Said {
  readonly json: unknown;
  readonly text: string;
}

/** How a command ended. */
export interface Outcome extends Said {
  /** 1 for a failed or negative finding; 0 unless told. */
  readonly code?: 0 | 1;
}

/** A command. Throws CommandRefused, ConfigurationRefused, SchemaRefused and failures of the registry. */
export type Command = (invocation: Invocation) => Promise<Outcome | undefined>;

/** A command cannot do what it was asked for; the message tells the operator why and what to do. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  /** 2 when it was called wrongly, else 1. */
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** An option that takes text; undefined when it was not given. */
export function textOption({ options }: Invocation, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number in an option. Throws CommandRefused when it is none or out of range. */
export function numberOption(
  invocation: Invocation,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const text = textOption(invocation, name);
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value < least || value > most)
    throw new CommandRefused(`--${name} must be a whole number from ${least} to ${most}.`, 2);
  return value;
}

/** Whether a flag was given. */
export const flagOption = ({ options }: Invocation, name: string): boolean => options[name] === true;

/** An argument by its place. */
export const argument = ({ args }: Invocation, place: number): string => args[place] ?? '';
