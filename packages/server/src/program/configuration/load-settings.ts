/** Where the command line takes settings from: its own flags, the environment, a file. */
import { readFileSync } from 'node:fs';
import { JsonFault, type JsonValue, parseJson } from '../../protocol/json.ts';
import {
  ConfigurationRefused,
  type GivenSettings,
  type LoadedConfiguration,
  loadConfiguration,
} from './configuration.ts';
import { configurationTable } from './configuration-table.ts';

/**
 * The configuration of a command with these options: settings among them are flags, `config` names the file, else
 * DOORWARD_CONFIG does. Throws ConfigurationRefused.
 */
export function loadSettings(options: Readonly<Record<string, unknown>>): LoadedConfiguration {
  const flags = Object.fromEntries(
    Object.entries(options).filter(([name]) => Object.hasOwn(configurationTable, name)),
  );
  const path = options['config'] ?? process.env['DOORWARD_CONFIG'];
  const file = typeof path === 'string' ? readSettings(path) : undefined;
  return loadConfiguration({ file, environment: process.env, flags });
}

function readSettings(path: string): GivenSettings {
  let value: JsonValue;
  try {
    value = parseJson(readFileSync(path, 'utf8'));
  } catch (thrown) {
    const reason =
      thrown instanceof JsonFault ? thrown.reason : thrown instanceof Error ? thrown.message : String(thrown);
    throw new ConfigurationRefused([`the file ${path} cannot be read: ${reason}`]);
  }
  if (!isObject(value)) throw new ConfigurationRefused([`the file ${path} must hold a JSON object`]);
  return value;
}

const isObject = (value: JsonValue): value is { readonly [name: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
