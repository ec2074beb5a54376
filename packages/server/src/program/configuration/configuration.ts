/**
 * Loading the configuration: defaults, then a file, then the environment, then flags. Everything that is wrong is
 * reported at once, and what is not known is wrong.
 */
import { fromBase64url } from '../../base/bytes.ts';
import { isLoopback } from '../../base/loopback.ts';
import { addressMatcher } from '../../base/network.ts';
import { Secret } from '../../base/secret.ts';
import { authorizationSeconds } from '../../domain/oauth/authorization.ts';
import type { Settings, SigningAlgorithm } from '../../domain/settings.ts';
import { isResource } from '../../protocol/oauth/resource.ts';
import { mailFaults } from '../mail/mail-settings.ts';
import { isPlace } from '../oauth/outgoing.ts';
import {
  configurationTable,
  environmentName,
  type SettingName,
  type SettingRow,
  type SettingType,
} from './configuration-table.ts';
import { addressIn } from './database-address.ts';

/** The value of a setting, by its type. */
type ValueOf<Type extends SettingType> = Type extends { kind: 'number' }
  ? number
  : Type extends { kind: 'list' }
    ? readonly string[]
    : Type extends { kind: 'secret' }
      ? Secret
      : Type extends { kind: 'choice'; of: readonly (infer Choice)[] }
        ? Choice
        : string;

type Row<Name extends SettingName> = (typeof configurationTable)[Name];

/** All settings, checked. */
export type Configuration = {
  readonly [Name in SettingName]: undefined extends Row<Name>['fallback']
    ? ValueOf<Row<Name>['type']> | undefined
    : ValueOf<Row<Name>['type']>;
};

/** Settings as somebody gave them: text from the environment, text or numbers or lists from a file or a program. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/** Where a value came from, for messages and `doorward config`. */
export type SettingSource = 'default' | 'file' | 'environment' | 'flag';

/** A configuration with the origin of each value. */
export interface LoadedConfiguration {
  readonly values: Configuration;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
}

/** The configuration has faults; the message lists every one. */
export class ConfigurationRefused extends Error {
  override readonly name = 'ConfigurationRefused';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a problem' : `${faults.length} problems`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
    this.faults = faults;
  }
}

/** What the configuration is loaded from. */
export interface ConfigurationLayers {
  readonly file?: GivenSettings | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly flags?: GivenSettings | undefined;
}

const names = Object.keys(configurationTable) as SettingName[];

/** Loads and checks all layers. Throws ConfigurationRefused with every problem at once. */
export function loadConfiguration({
  file = {},
  environment = {},
  flags = {},
}: ConfigurationLayers): LoadedConfiguration {
  const faults = [
    ...unknownNames('file', file),
    ...unknownNames('flag', flags),
    ...unknownVariables(environment),
  ];
  const values: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  for (const name of names) {
    const row: SettingRow = configurationTable[name];
    const variable = environmentName(name);
    const given: (readonly [SettingSource, unknown, string])[] = [
      ['flag', flags[name], name],
      ['environment', environment[variable], variable],
      ...(row.alias === undefined ? [] : [['environment', environment[row.alias], row.alias] as const]),
      ['file', file[name], name],
    ];
    const [source, raw, label] = given.find(([, value]) => value !== undefined) ?? [
      'default',
      undefined,
      name,
    ];
    sources[name] = source;
    const parsed = raw === undefined ? { value: row.fallback } : parse(row.type, raw);
    if ('fault' in parsed) faults.push(`${label} ${parsed.fault}`);
    else values[name] = parsed.value;
  }
  // Every name of the table was filled by its own type.
  const complete = values as Configuration;
  if (faults.length === 0) faults.push(...contradictions(complete));
  if (faults.length > 0) throw new ConfigurationRefused(faults);
  return { values: complete, sources: sources as Record<SettingName, SettingSource> };
}

const unknownNames = (where: string, given: GivenSettings): string[] =>
  Object.keys(given)
    .filter((name) => !Object.hasOwn(configurationTable, name))
    .map((name) => `${name} (${where}) is not a setting; "doorward config" lists them`);

function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = new Set(['DOORWARD_CONFIG', ...names.map(environmentName)]);
  return Object.keys(environment)
    .filter((variable) => variable.startsWith('DOORWARD_') && !known.has(variable))
    .map((variable) => `${variable} (environment) is not a setting; "doorward config" lists them`);
}

type Parsed = { readonly value: unknown } | { readonly fault: string };

function parse(type: SettingType, raw: unknown): Parsed {
  switch (type.kind) {
    case 'number':
      return parseNumber(type, raw);
    case 'list': {
      const list =
        typeof raw === 'string'
          ? raw
              .split(',')
              .map((part) => part.trim())
              .filter(Boolean)
          : raw;
      if (Array.isArray(list) && list.every((part) => typeof part === 'string')) return { value: list };
      return { fault: 'must be a list of texts, separated by commas' };
    }
    case 'choice':
      return type.of.includes(String(raw))
        ? { value: raw }
        : { fault: `must be one of ${type.of.join(', ')}` };
    case 'secret':
      return typeof raw === 'string' ? { value: new Secret(raw) } : { fault: 'must be text' };
    case 'url':
      return parseUrl(raw);
    case 'text':
      return typeof raw === 'string' && raw !== '' ? { value: raw } : { fault: 'must be text' };
  }
}

function parseNumber({ least, most, unit }: Extract<SettingType, { kind: 'number' }>, raw: unknown): Parsed {
  const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : raw;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
    return { value };
  const what = unit === 'count' ? 'a whole number' : `a whole number of ${unit}`;
  return { fault: `must be ${what} from ${least} to ${most}` };
}

function parseUrl(raw: unknown): Parsed {
  const url = typeof raw === 'string' ? URL.parse(raw) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    return { fault: 'must be an address such as https://id.example.com' };
  // RFC 8414 §2 allows a path; we keep issuers to a bare origin so that cookies and links have one home.
  if (url.origin !== raw)
    return { fault: `must be a bare origin without path or trailing slash, such as ${url.origin}` };
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    return { fault: 'must be https, except on this machine itself' };
  return { value: raw };
}

function contradictions(values: Configuration): string[] {
  const faults: string[] = mailFaults(values);
  try {
    addressMatcher(values.trustedProxies);
  } catch (thrown) {
    faults.push(`trustedProxies: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  for (const name of ['databaseUrl', 'readDatabaseUrl'] as const)
    try {
      if (values[name]) addressIn(values[name]);
    } catch (thrown) {
      faults.push(`${name} ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  if (values.readDatabaseUrl && !values.databaseUrl)
    faults.push('readDatabaseUrl needs a databaseUrl: only Postgres has standby servers');
  for (const place of values.outgoingAllow)
    if (!isPlace(place))
      faults.push(
        `outgoingAllow: ${JSON.stringify(place)} is not a host with a port, such as app.internal:8443`,
      );
  for (const resource of values.resources)
    if (!isResource(resource))
      faults.push(
        `resources: ${JSON.stringify(resource)} is not an absolute URI without a fragment, such as https://api.example.com`,
      );
  if (values.masterKey && fromBase64url(values.masterKey.reveal())?.byteLength !== 32) {
    faults.push(
      'masterKey must be 32 bytes in base64url; make one with "openssl rand 32 | basenc --base64url"',
    );
  }
  if (values.production === 'no' && values.issuer?.startsWith('https:'))
    faults.push('production cannot be no where the issuer is https: the tools of developers would be public');
  if (values.sessionIdle > values.sessionAbsolute)
    faults.push('sessionIdle must not be longer than sessionAbsolute');
  if (values.keyPublishAhead >= values.keyActive)
    faults.push('keyPublishAhead must be shorter than keyActive');
  return faults;
}

/** The settings of the domain. `port` is the one that is really listened on. */
export function domainSettings(values: Configuration, port: number): Settings {
  const issuer = values.issuer ?? `http://localhost:${port}`;
  const window = values.attemptWindow;
  return {
    issuer,
    audience: values.audience ?? issuer,
    resources: values.resources,
    freeScopes: values.freeScopes,
    signUp: values.signUp,
    mailSignIn: values.mailSignIn,
    signInNotice: values.signInNotice,
    registration: values.registration,
    registrationPkce: values.registrationPkce,
    sessionIdleSeconds: values.sessionIdle,
    sessionAbsoluteSeconds: values.sessionAbsolute,
    accessTokenSeconds: values.accessToken,
    refreshWindowSeconds: values.refreshWindow,
    signingAlgorithm: values.signingAlgorithm satisfies SigningAlgorithm,
    keyActiveSeconds: values.keyActive,
    keyPublishAheadSeconds: values.keyPublishAhead,
    passwordMinimumLength: values.passwordMinimumLength,
    passwordWords: values.passwordWords,
    budgets: {
      account: { attempts: values.accountAttempts, windowSeconds: window },
      factor: { attempts: values.factorAttempts, windowSeconds: window },
      familiar: { attempts: values.familiarAttempts, windowSeconds: window },
      network: { attempts: values.networkAttempts, windowSeconds: window },
      signUp: { attempts: values.signUpAttempts, windowSeconds: values.signUpWindow },
      mailAsked: { attempts: values.mailsAsked, windowSeconds: values.mailWindow },
      mailTold: { attempts: values.mailsTold, windowSeconds: values.mailWindow },
      waiting: { attempts: values.waitingAttempts, windowSeconds: authorizationSeconds },
    },
    rememberedDeviceSeconds: values.rememberedDevice,
    deletionGraceSeconds: values.deletionGrace,
    endedSessionSeconds: values.endedSessionRetention,
    eventSeconds: values.eventRetention,
    unusedClientSeconds: values.unusedClientRetention,
  };
}
