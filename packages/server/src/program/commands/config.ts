/** `doorward config`: every setting with its value and where that came from. Secrets stay hidden. */
import { Secret } from '../../base/secret.ts';
import { columns } from '../columns.ts';
import { configurationTable, environmentName } from '../configuration/configuration-table.ts';
import type { Command } from './command.ts';

/** Shows the configuration that a server would start with. */
export const showConfiguration: Command = async ({ loaded: { values, sources } }) => {
  const given = new Map<string, unknown>(Object.entries(values));
  const origins = new Map<string, string>(Object.entries(sources));
  const settings = Object.entries(configurationTable).map(([name, { sentence }]) => ({
    name,
    value: given.get(name) ?? null,
    source: origins.get(name) ?? 'default',
    environment: environmentName(name),
    sentence,
  }));
  const rows = settings.map(({ name, value, source, sentence }) => [name, shown(value), source, sentence]);
  return { json: { settings }, text: columns(rows) };
};

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(',') || '-';
  if (value instanceof Secret) return value.toString();
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
}
