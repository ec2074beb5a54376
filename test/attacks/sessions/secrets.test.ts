/** Attacks on the secrets themselves: a stolen database, and tokens that are almost right. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { offerSetUp, useSetUp } from '../../../packages/server/src/domain/accounts/set-up.ts';
import { handlePrefixes } from '../../../packages/server/src/domain/tokens/handle.ts';
import {
  apiKey,
  carriers,
  device,
  otherPassword,
  type Person,
  person,
  refreshBy,
} from '../../journeys/cast.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { goodPassword, member, visit } from '../../kit/visitor.ts';

let serving: Serving;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
});
afterEach(() => serving.close());

const tokensOf = (one: Person): string[] =>
  [one.access, one.refresh, ...one.cookies.values()].filter((text) => text !== '');

/** Lives a life and returns every secret that was ever given out or typed. */
async function everySecret(): Promise<string[]> {
  const { ports } = serving.assembly;
  const ada = await person(serving, 'ada');
  const secrets = [goodPassword, otherPassword, ...tokensOf(ada)];
  for (const carrier of carriers) {
    const one = await device(serving, ada, { carrier });
    secrets.push(...tokensOf(one));
    const said = one.refresh === '' ? {} : { body: { refresh_token: one.refresh } };
    const { json } = await one.ask('POST', '/api/v1/tokens/refresh', said);
    secrets.push(...tokensOf(one), member(json, 'access_token'), member(json, 'refresh_token'));
  }
  const body = { current_password: goodPassword, new_password: otherPassword };
  const changed = await ada.ask('PUT', '/api/v1/account/password', { body });
  const now = visit(serving);
  const bearer = String(changed.json['access_token']);
  secrets.push(bearer, String(changed.json['refresh_token']));
  const made = await now.ask('POST', '/api/v1/account/api-keys', {
    body: { name: 'k', scopes: ['a:b'] },
    bearer,
  });
  secrets.push(String(made.json['api_key']));
  const wrong = { identifier: ada.email, password: 'mistyped-secret-4711' };
  await now.ask('POST', '/api/v1/sessions', { body: wrong });
  await now.ask('POST', '/api/v1/sessions', { body: { ...wrong, identifier: 'typed-into-the-wrong-field' } });
  secrets.push(wrong.password, 'typed-into-the-wrong-field');
  const link = await offerSetUp(ports);
  secrets.push(link);
  await useSetUp(ports, { link, email: 'root@example.com', password: goodPassword, network: '192.0.2.1' });
  return [...new Set(secrets)].filter((text) => text !== '' && text !== 'undefined');
}

/** The forms in which a secret could lie about: the text, its letters without prefix, its bytes, its random part. */
function formsOf(secret: string): Buffer[] {
  const forms = [Buffer.from(secret)];
  if (!/^dw_[a-z]{2}_/.test(secret)) return forms;
  const letters = secret.slice(6);
  const bytes = Buffer.from(letters, 'base64url');
  const random = bytes.subarray(16, 48);
  for (const text of [letters, bytes.toString('hex'), random.toString('hex'), random.toString('base64url')])
    forms.push(Buffer.from(text));
  return [...forms, bytes, random, Buffer.from(letters.slice(24, 60))];
}

describe('SES-15: tokens are stored only as digests', () => {
  test('no file of the data folder holds any secret that was ever issued or typed, in any form', async () => {
    const secrets = await everySecret();
    expect(secrets.length).toBeGreaterThan(20);
    const privateKey = serving.assembly.ports.keys.active().privateKey;
    const { d = '' } = privateKey.export({ format: 'jwk' });
    const extra = [
      Buffer.from(d),
      Buffer.from(d, 'base64url'),
      privateKey.export({ format: 'der', type: 'pkcs8' }),
    ];
    await serving.assembly.ports.store.backup(join(serving.dataFolder, 'copy.db'));
    const files = readdirSync(serving.dataFolder).filter((name) => name !== 'master.key');
    expect(files.length).toBeGreaterThan(2);
    for (const name of files) {
      const content = readFileSync(join(serving.dataFolder, name));
      for (const form of [...secrets.flatMap(formsOf), ...extra])
        expect([name, content.includes(form)]).toEqual([name, false]);
    }
    const master = readFileSync(join(serving.dataFolder, 'master.key'), 'utf8').trim();
    for (const name of files) {
      const content = readFileSync(join(serving.dataFolder, name));
      expect(content.includes(master) || content.includes(Buffer.from(master, 'base64url'))).toBe(false);
    }
  });

  test('nothing that is stored opens anything', async () => {
    await everySecret();
    await serving.assembly.ports.store.backup(join(serving.dataFolder, 'copy.db'));
    const database = new DatabaseSync(join(serving.dataFolder, 'copy.db'), { readOnly: true });
    const stored = new Set<string>();
    for (const table of [
      'sessions',
      'families',
      'api_keys',
      'passwords',
      'set_ups',
      'signing_keys',
      'events',
    ])
      for (const row of database.prepare(`SELECT * FROM ${table}`).all())
        for (const value of Object.values(row)) {
          if (value instanceof Uint8Array) stored.add(Buffer.from(value).toString('base64url'));
          if (value instanceof Uint8Array) stored.add(Buffer.from(value).toString('hex'));
          if (typeof value === 'string' && value.length >= 16) stored.add(value);
        }
    database.close();
    expect(stored.size).toBeGreaterThan(40);
    const visitor = visit(serving, { program: true });
    for (const value of stored) {
      const words = [value, ...Object.values(handlePrefixes).map((prefix) => prefix + value)];
      for (const word of words.filter((one) => /^[A-Za-z0-9._~+/=-]+$/.test(one))) {
        expect((await visitor.ask('GET', '/api/v1/account', { bearer: word })).status).toBe(401);
        expect((await refreshBy(serving, word.slice(0, 200))).status).toBe(401);
      }
      const cookie = `doorward_session=${value}; doorward_token=${value}`;
      if (/^[\x21-\x7e]+$/.test(value))
        expect((await visitor.ask('GET', '/api/v1/session', { headers: { cookie } })).status).toBe(401);
    }
  });
});

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Another letter of base64url that differs in one bit of six. */
const flipped = (letter: string, bit: number): string => {
  const at = alphabet.indexOf(letter);
  return at === -1 ? (letter === '.' ? '-' : '.') : (alphabet[at ^ (1 << bit)] ?? 'A');
};
const replaced = (text: string, at: number, letter: string): string =>
  text.slice(0, at) + letter + text.slice(at + 1);

/** What is almost a token: cut, lengthened, folded, padded, wrapped. */
function almost(text: string): string[] {
  const swapped = text.replace(/[a-zA-Z]/g, (one) =>
    one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase(),
  );
  return [
    ...Array.from({ length: text.length }, (_, length) => text.slice(0, length)),
    text.slice(1),
    ...[...'A=-_.~+/ \t'].map((letter) => text + letter),
    ` ${text}`,
    `\t${text}`,
    `\uFEFF${text}`,
    `${text}==`,
    `${text}%3D`,
    `"${text}"`,
    text + text,
    `${text},${text}`,
    text.toUpperCase(),
    text.toLowerCase(),
    swapped,
    text.replaceAll('_', '/').replaceAll('-', '+'),
    encodeURIComponent(`${text} `),
  ].filter((one) => one !== text);
}

describe('SES-16: only the exact token is valid', () => {
  test('a handle with any single bit changed, anywhere, is not even looked up', async () => {
    const { handles } = serving.assembly.ports;
    for (const kind of Object.keys(handlePrefixes) as (keyof typeof handlePrefixes)[]) {
      const { text } = handles.mint(kind, '0199a945-0a00-7000-8000-000000000000');
      expect(handles.read(kind, text)?.text).toBe(text);
      for (let at = 0; at < text.length; at++)
        for (let bit = 0; bit < 6; bit++)
          expect(handles.read(kind, replaced(text, at, flipped(text[at] ?? '', bit)))).toBeUndefined();
      for (const other of almost(text)) expect(handles.read(kind, other)).toBeUndefined();
    }
  });

  const door = async (name: string, token: string): Promise<number> => {
    const visitor = visit(serving, { program: true });
    if (name === 'refresh') return (await refreshBy(serving, token)).status;
    const headers: Record<string, string> = {};
    // What no header can hold, no client can send (RFC 9110 §5.5).
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(token)) return 401;
    if (name.startsWith('doorward_')) headers['cookie'] = `${name}=${token}`;
    else headers['authorization'] = `Bearer ${token}`;
    return (await visitor.ask('GET', '/api/v1/account', { headers })).status;
  };

  test.each([
    ['opaque', 'bearer'],
    ['jwt', 'bearer'],
    ['api-key', 'bearer'],
    ['cookie', 'doorward_session'],
    ['jwt-cookie', 'doorward_token'],
    ['opaque', 'refresh'],
  ])('a token of %s, at its door (%s), has one spelling', async (kind, name) => {
    const ada = await person(serving, 'ada', { carrier: kind === 'api-key' ? 'opaque' : kind });
    const key = kind === 'api-key' ? (await apiKey(ada, ['account:read'])).text : undefined;
    const cookie = ada.cookies.get(name);
    const text = key ?? cookie ?? (name === 'refresh' ? ada.refresh : ada.access);
    // White space around a header's or cookie's value belongs to the header, not to the value (RFC 9110 §5.5).
    const trimmed = name !== 'refresh';
    const tries = [
      ...almost(text).filter((one) => !(trimmed && one.trim() === text && !one.includes('\uFEFF'))),
      ...Array.from(text, (letter, at) => replaced(text, at, flipped(letter, at % 6))),
    ];
    for (const one of tries.filter((other) => name !== 'refresh' || other.length <= 200)) {
      const status = await door(name, one);
      expect([one === text, status]).toEqual([false, 401]);
    }
    expect(await door(name, text)).toBe(200);
  });
});
