import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, leadsTo, makeClient, requestOf } from '../../kit/clients.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { type Answer, goodPassword, signUp, type Visitor, visit } from '../../kit/visitor.ts';

const accept = 'text/html';

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  beforeAll(async () => {
    serving = await serve({ lightHashing: true });
  });
  afterAll(() => serving.close());

  const open = (visitor: Visitor, path = '/sign-in', wished = ''): Promise<Answer> =>
    visitor.ask('GET', path, {
      headers: { accept, ...(wished === '' ? {} : { 'accept-language': wished }) },
    });
  const choose = (visitor: Visitor, fields: Record<string, string>): Promise<Answer> =>
    visitor.ask('POST', '/language', {
      raw: new URLSearchParams(fields).toString(),
      headers: { accept, 'content-type': 'application/x-www-form-urlencoded' },
    });
  const languageOf = ({ text, headers }: Answer): string => {
    const said = headers.get('content-language') ?? '';
    expect(text).toContain(`<html lang="${said}" dir="${said === 'ar' ? 'rtl' : 'ltr'}">`);
    return said;
  };

  test('the browser says which language its person reads, and English stands in', async () => {
    for (const [wished, spoken] of [
      ['', 'en'],
      ['fr', 'en'],
      ['de-AT,de;q=0.9,en;q=0.8', 'de'],
      ['fr;q=0.9, ar-EG;q=0.8', 'ar'],
      ['de;q=0', 'en'],
      ['%$§, de', 'de'],
    ] as const) {
      const answer = await open(visit(serving), '/sign-in', wished);
      expect([wished, languageOf(answer)]).toEqual([wished, spoken]);
      expect(answer.headers.get('vary')).toBe('accept, accept-language, cookie');
    }
  });

  test('what somebody chose on a page holds from then on, and leads back to that page', async () => {
    const visitor = visit(serving);
    const back = '/sign-in?next=%2Fdevice%3Fuser_code%3DBCDF-GHJK';
    expect((await open(visitor, back)).text).toContain(`name="back" value="${back}"`);
    const chosen = await choose(visitor, { language: 'ar', back });
    expect([chosen.status, chosen.headers.get('location')]).toEqual([303, back]);
    expect(chosen.headers.getSetCookie()).toEqual([
      'doorward_language=ar; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly',
    ]);
    expect(languageOf(await open(visitor, back, 'de'))).toBe('ar');
  });

  test('the request of a client says it for its person, unless they chose', async () => {
    const client = await makeClient(serving);
    const visitor = visit(serving);
    const begun = await open(visitor, `/oauth/authorize?${requestOf(client, { ui_locales: 'fr-CA de en' })}`);
    const page = begun.headers.get('location') ?? '';
    expect(languageOf(await open(visitor, page, 'ar'))).toBe('de');
    await choose(visitor, { language: 'en' });
    expect(languageOf(await open(visitor, page, 'ar'))).toBe('en');
  });

  test('all pages on the way of such a request are in its language, and none after it', async () => {
    const client = await makeClient(serving, { firstParty: false });
    const visitor = visit(serving);
    await signUp(visit(serving), 'ada@example.com');
    const begun = await open(visitor, `/oauth/authorize?${requestOf(client, { ui_locales: 'de' })}`);
    const authorization = leadsTo(begun).searchParams.get('authorization') ?? '';
    const named = await visitor.ask(
      'POST',
      '/sign-in',
      form({ authorization, identifier: 'ada@example.com' }),
    );
    const step = leadsTo(named);
    expect(languageOf(await open(visitor, step.pathname + step.search, 'ar'))).toBe('de');
    const attempt = step.searchParams.get('attempt') ?? '';
    const { headers, ...wrong } = form({ attempt, password: 'this is not the one' });
    const refused = await visitor.ask('POST', '/sign-in/password', {
      ...wrong,
      headers: { ...headers, accept },
    });
    expect([refused.status, languageOf(refused)]).toEqual([401, 'de']);
    const other = await open(visitor, `/sign-up?authorization=${authorization}`, 'ar');
    expect(languageOf(other)).toBe('de');
    await visitor.ask('POST', '/sign-in/password', form({ attempt, password: goodPassword }));
    expect(languageOf(await open(visitor, `/consent?authorization=${authorization}`, 'ar'))).toBe('de');
    const decision = { authorization, decision: 'refuse' };
    expect((await visitor.ask('POST', '/consent', form(decision))).status).toBe(303);
    expect(languageOf(await open(visitor, '/device', 'ar'))).toBe('ar');
  });

  test('a request that asks for no language is in none that an earlier one asked for', async () => {
    const client = await makeClient(serving);
    const visitor = visit(serving);
    await open(visitor, `/oauth/authorize?${requestOf(client, { ui_locales: 'de' })}`);
    const { pathname, search } = leadsTo(await open(visitor, `/oauth/authorize?${requestOf(client)}`));
    expect(languageOf(await open(visitor, pathname + search, 'ar'))).toBe('ar');
  });

  test('a client that signs somebody out says it too (RP-Initiated Logout §2)', async () => {
    const visitor = visit(serving);
    const asked = leadsTo(await open(visitor, '/oauth/end-session?ui_locales=fr%20de'));
    expect(languageOf(await open(visitor, asked.pathname + asked.search, 'ar'))).toBe('de');
    const done = await visitor.ask('POST', '/sign-out', form({ ui_locales: 'fr de' }));
    expect(languageOf(done)).toBe('de');
  });

  test('a failure is told in the language too, and to programs in English', async () => {
    const visitor = visit(serving);
    const page = await open(visitor, '/nowhere', 'de');
    expect([page.status, languageOf(page)]).toEqual([404, 'de']);
    expect(page.text).toContain('<h1>Hier ist nichts.</h1>');
    const told = await visitor.ask('GET', '/nowhere', { headers: { 'accept-language': 'de' } });
    expect(told.json['title']).toBe('There is nothing here.');
  });

  test('a field is told in the language what is wrong with it', async () => {
    const fields = { identifier: 'x'.repeat(300), password: '' };
    const { text, status } = await visit(serving).ask('POST', '/sign-in', {
      raw: new URLSearchParams(fields).toString(),
      headers: { accept, 'accept-language': 'de', 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(status).toBe(400);
    expect(text).toContain('id="identifier-fault">Das muss sichtbarer Text mit höchstens 254 Zeichen sein.');
    expect(text).toContain('id="password-fault">Bitte ein Passwort eingeben.');
  });

  test('a language that is none is refused, and a cookie that names none is not heard', async () => {
    for (const language of ['', 'fr', 'EN', 'en-GB', '../de'])
      expect((await choose(visit(serving), { language })).status).toBe(400);
    const visitor = visit(serving);
    visitor.cookies.set('doorward_language', 'fr');
    expect(languageOf(await open(visitor, '/sign-in', 'de'))).toBe('de');
  });

  test('WEB-01: another site chooses nothing', async () => {
    const { status, headers } = await visit(serving).ask('POST', '/language', {
      raw: 'language=de',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
    });
    expect([status, headers.getSetCookie()]).toEqual([403, []]);
  });

  test('WEB-02: looking at pages chooses nothing', async () => {
    for (const path of ['/sign-in', '/device', '/language', '/nowhere', '/sign-in?language=de']) {
      const answer = await open(visit(serving), path, 'de');
      const chosen = answer.headers
        .getSetCookie()
        .filter((cookie) => !cookie.startsWith('doorward_browser='));
      expect(chosen).toEqual([]);
    }
  });
});
