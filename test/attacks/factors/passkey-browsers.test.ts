/** Whose a challenge of a passkey is that belongs to nobody yet: the browser's that asked for it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { offerPasskey } from '../../../packages/server/src/domain/factors/prove-passkey.ts';
import { type Person, person } from '../../journeys/cast.ts';
import type { Credential } from '../../kit/authenticator.ts';
import { addPasskey, type Begun, beginSignIn, signInBy } from '../../kit/passkeys.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { type Answer, type Visitor, visit } from '../../kit/visitor.ts';

let serving: Serving;
let ada: Person;
let credential: Credential;
let browser: Visitor;
beforeEach(async () => {
  serving = await serveHandler({ lightHashing: true });
  ada = await person(serving, 'ada');
  credential = await addPasskey(serving, ada);
  browser = visit(serving);
});
afterEach(() => serving.close());

const codeOf = ({ status, json }: Answer): unknown => (status < 300 ? status : json['code']);

describe('PKY-01: a challenge', () => {
  test('is good in the browser that asked for it, and in no other', async () => {
    const begun = await beginSignIn(browser);
    const other = visit(serving);
    expect(codeOf(await signInBy(serving, other, { credential, begun }))).toBe('ceremony_over');
    await beginSignIn(other);
    expect(codeOf(await signInBy(serving, other, { credential, begun }))).toBe('ceremony_over');
    expect(codeOf(await signInBy(serving, browser, { credential, begun }))).toBe(201);
  });
  test('is bound to a browser also on a page that is drawn again for one that kept nothing, and is good there', async () => {
    const stranger = visit(serving);
    const form = new URLSearchParams({ identifier: ada.email, password: 'not the password' });
    const page = await stranger.ask('POST', '/sign-in', {
      raw: form.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    });
    const [, ceremony = ''] = /name="ceremony" value="([^"]+)"/.exec(page.text) ?? [];
    const [, options = ''] = /data-passkey="([^"]+)"/.exec(page.text) ?? [];
    const begun = { ceremony, options: JSON.parse(options.replaceAll('&quot;', '"')) as Begun['options'] };
    expect(codeOf(await signInBy(serving, visit(serving), { credential, begun }))).toBe('ceremony_over');
    expect(codeOf(await signInBy(serving, stranger, { credential, begun }))).toBe(201);
  });
  test('that is bound to nobody is never given, and opens nothing', async () => {
    const { vault, clock } = serving.assembly.ports;
    const { options } = await beginSignIn(visit(serving));
    const opened = { challenge: options.challenge, expiresAt: clock.now() + 60_000 };
    const sealed = vault.seal(
      'passkey ceremony',
      Buffer.from(JSON.stringify(opened)),
      JSON.stringify(['sign-in', '', '']),
    );
    const begun = { ceremony: Buffer.from(sealed).toString('base64url'), options };
    expect(codeOf(await signInBy(serving, visit(serving), { credential, begun }))).toBe('ceremony_over');
    await expect(
      offerPasskey(serving.assembly.ports, { purpose: 'sign-in', boundTo: '', accountId: '' }),
    ).rejects.toThrow('bound to nobody');
  });
});
