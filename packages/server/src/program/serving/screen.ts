/** The short screen that a server prints when it has started. Pure: from facts to words. */
import { resolve } from 'node:path';
import { isLoopback } from '../../base/loopback.ts';
import type { Secret } from '../../base/secret.ts';
import { setUpSeconds } from '../../domain/accounts/set-up.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { addressIn } from '../configuration/database-address.ts';
import { hasDevTools } from '../configuration/production.ts';
import { mailWay } from '../mail/mail-way.ts';
import { version } from '../version.ts';

/** What is known at the start. */
export interface ScreenFacts {
  readonly issuer: string;
  /** The port that is really listened on. */
  readonly port: number;
  /** The secret part of the set-up link; undefined when there is an administrator. */
  readonly link: string | undefined;
}

/** The screen, for people and for machines. */
export interface Screen {
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** The screen of a server with these settings. */
export function screenOf(values: Configuration, { issuer, port, link }: ScreenFacts): Screen {
  const local = `http://${values.host.includes(':') ? `[${values.host}]` : values.host}:${port}`;
  const isOwn = issuer === `http://localhost:${port}`;
  const setUp = link === undefined ? undefined : `${issuer}/setup?link=${link}`;
  const warnings = warningsOf(values, issuer);
  const dataFolder = resolve(values.dataFolder);
  const docs = `${issuer}/docs`;
  const tools = hasDevTools(values)
    ? ['inbox', 'clock', 'token'].map((name) => `${issuer}/dev/${name}`)
    : undefined;
  const lines = [
    `Doorward ${version} is serving.`,
    '',
    `  Address        ${issuer}`,
    ...(isOwn ? [] : [`  Listening on   ${local}`]),
    `  Data folder    ${dataFolder}`,
    ...(values.databaseUrl === undefined ? [] : [`  Database       ${placeOf(values.databaseUrl)}`]),
    `  Docs           ${docs}`,
    ...(tools === undefined ? [] : [`  For developers ${tools.join(' ')}`]),
    '',
    ...(values.signUp === 'open'
      ? ['  The first account:', `    ${signUpLine(isOwn ? issuer : local)}`, '']
      : []),
    ...(setUp === undefined
      ? []
      : [`  The first administrator (works once, for ${setUpSeconds / 60} minutes):`, `    ${setUp}`, '']),
    ...warnings.map((warning) => `  Warning: ${warning}\n`),
  ];
  const json = {
    address: issuer,
    listening: isOwn ? issuer : local,
    data_folder: dataFolder,
    docs,
    ...(tools === undefined ? {} : { developer_tools: tools }),
    ...(setUp === undefined ? {} : { set_up_link: setUp }),
    warnings,
    pid: process.pid,
  };
  return { text: lines.join('\n').trimEnd(), json };
}

/** Where it stands, without who connects and how they prove it. */
function placeOf(url: Secret): string {
  const { host, port, database } = addressIn(url);
  return `${database} on ${host}:${port}`;
}

/** A line to paste; it works as it stands. */
const signUpLine = (address: string): string =>
  `curl ${address}/api/v1/accounts -H 'content-type: application/json' -d '{"email":"ada@example.com","password":"write some words of your own"}'`;

function warningsOf(values: Configuration, issuer: string): string[] {
  const { host, trustedProxies } = values;
  const warnings: string[] = [];
  if (mailWay(values) === 'off')
    warnings.push(
      'no mail can be sent, so nobody is warned of changes and no password can be reset. Name a mail server: --smtp-host smtp.example.com --mail-from accounts@example.com',
    );
  if (!isLoopback(host) && issuer.startsWith('http:'))
    warnings.push(
      `other machines can reach this server, and passwords would travel in clear text. Put it behind https and set the issuer: --issuer https://id.example.com`,
    );
  if (issuer.startsWith('https:') && trustedProxies.length === 0)
    warnings.push(
      'the issuer is https, so a proxy stands in front, yet trustedProxies is empty: all visitors count as one network.',
    );
  return warnings;
}
