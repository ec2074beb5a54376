/**
 * The file of outside providers, which the setting `providers` names: a JSON list, checked at the start, everything that is
 * wrong reported at once. Secrets stand in files or variables of their own, never in it.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { Secret } from '../../base/secret.ts';
import { JsonFault, parseJson } from '../../protocol/json.ts';
import { isPlainText } from '../../protocol/text.ts';
import { ConfigurationRefused } from '../configuration/configuration.ts';
import { isPlace } from '../oauth/outgoing.ts';
import { type Preset, plainOpenId, presetNames, presets } from './provider-presets.ts';

/** A provider as it is configured. */
export interface ProviderSettings extends Omit<Preset, 'movable'> {
  readonly name: string;
  readonly clientId: string;
  /** Undefined for a client without one. */
  readonly clientSecret: Secret | undefined;
}

/** Beside the file: what it may refer to. */
export interface ProviderSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Places that need not be https. */
  readonly outgoingAllow: readonly string[];
}

const text = v.pipe(
  v.string('must be text'),
  v.check((value) => value !== '' && isPlainText(value, 500), 'must be one line of visible text'),
);

const entrySchema = v.strictObject(
  {
    name: v.pipe(
      v.string('must be text'),
      v.regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be up to 32 letters a-z, digits and dashes'),
    ),
    preset: v.optional(v.picklist(presetNames, `must be one of ${presetNames.join(', ')}`)),
    issuer: v.optional(text),
    title: v.optional(text),
    clientId: text,
    clientSecretFile: v.optional(text),
    clientSecretVariable: v.optional(text),
    scopes: v.optional(v.array(v.pipe(text, v.regex(/^[!#-[\]-~]+$/, 'must be a scope')), 'must be a list')),
  },
  'is missing or unknown',
);

type Entry = v.InferOutput<typeof entrySchema>;

/** Reads and checks the file; none unless named. Throws ConfigurationRefused with every fault at once. */
export function readProviders(
  path: string | undefined,
  surroundings: ProviderSurroundings,
): readonly ProviderSettings[] {
  if (path === undefined) return [];
  const list = parse(path);
  const parsed = v.safeParse(v.array(entrySchema, 'must be a list of providers'), list);
  if (!parsed.success)
    throw refused(parsed.issues.map((issue) => `${v.getDotPath(issue) ?? 'the file'} ${issue.message}`));
  const faults: string[] = [];
  const providers = parsed.output.map((entry, place) => {
    const tell = (fault: string): void => void faults.push(`${place}.${fault}`);
    return complete(entry, { ...surroundings, folder: dirname(path), tell });
  });
  for (const key of ['name', 'issuer'] as const)
    if (new Set(providers.map((provider) => provider[key])).size < providers.length)
      faults.push(`two of them have the same ${key}`);
  if (faults.length > 0) throw refused(faults);
  return providers;

  function refused(reasons: readonly string[]): ConfigurationRefused {
    return new ConfigurationRefused(reasons.map((reason) => `providers (${path}): ${reason}`));
  }
}

function parse(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'));
  } catch (thrown) {
    const reason = thrown instanceof JsonFault ? thrown.reason : 'there is no such file that can be read';
    throw new ConfigurationRefused([`providers (${path}): ${reason}`]);
  }
}

interface Completion extends ProviderSurroundings {
  readonly folder: string;
  readonly tell: (fault: string) => void;
}

function complete(entry: Entry, completion: Completion): ProviderSettings {
  const { name, preset: presetName, clientId } = entry;
  const preset: Omit<Preset, 'title' | 'issuer'> & Partial<Preset> = presetName
    ? presets[presetName]
    : plainOpenId;
  if (entry.issuer !== undefined && !preset.movable) completion.tell('issuer stands fast with this preset');
  const issuer = entry.issuer ?? preset.issuer ?? '';
  if (!isIssuer(issuer, completion.outgoingAllow))
    completion.tell('issuer must be an https address without query and fragment');
  const { kind, responseMode, verifiedAsText } = preset;
  const scopes = entry.scopes ?? preset.scopes;
  if (kind === 'openid' && !scopes.includes('openid')) completion.tell('scopes must hold openid');
  return {
    name,
    title: entry.title ?? preset.title ?? name,
    issuer,
    clientId,
    clientSecret: secretOf(entry, completion),
    scopes,
    kind,
    responseMode,
    verifiedAsText,
  };
}

/** OpenID Connect Discovery §3; plain http only where the gate would go by it. */
function isIssuer(issuer: string, outgoingAllow: readonly string[]): boolean {
  const url = URL.parse(issuer);
  if (!url || /[?#\s\\]/.test(issuer) || url.username !== '' || url.password !== '') return false;
  const place = `${url.hostname}:${url.port || '80'}`;
  return url.protocol === 'https:' || (isPlace(place) && outgoingAllow.includes(place));
}

function secretOf(
  { clientSecretFile: file, clientSecretVariable: variable }: Entry,
  { folder, environment, tell }: Completion,
): Secret | undefined {
  if (file !== undefined && variable !== undefined) tell('clientSecretFile excludes clientSecretVariable');
  const read = file === undefined ? environment[variable ?? ''] : readSecretFile(resolve(folder, file), tell);
  if (file === undefined && variable === undefined) return undefined;
  const value = read?.trim() ?? '';
  if (value === '') tell('clientSecret is empty or missing where it should be');
  return new Secret(value);
}

function readSecretFile(path: string, tell: (fault: string) => void): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    tell(`clientSecretFile cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return '';
  }
}
