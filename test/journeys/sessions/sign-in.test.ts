import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, signIn, signUp, visit } from '../../kit/visitor.ts';

describe.each(servings)('over %s', (_way, serve) => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serve();
  });
  afterEach(() => serving.close());

  test.each(['cookie', 'opaque', 'jwt', 'jwt-cookie'])(
    'somebody signs in by %s, is known, and signs out for good',
    async (carrier) => {
      const visitor = visit(serving);
      const account = await signUp(visitor, 'ada@example.com');
      const { access: bearer } = await signIn(visitor, 'Ada@Example.com', { carrier });
      const said = bearer === '' ? {} : { bearer };
      const known = await visitor.ask('GET', '/api/v1/session', said);
      expect(known.status).toBe(200);
      expect(known.json).toMatchObject({ account: { id: account }, session: { carrier, amr: ['pwd'] } });
      const old = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      expect((await visitor.ask('DELETE', '/api/v1/session', said)).status).toBe(204);
      const replayed = bearer === '' ? { headers: { cookie: old } } : said;
      expect((await visitor.ask('GET', '/api/v1/session', replayed)).status).toBe(401);
    },
  );

  test('HTTP Basic is accepted where the route allows it, and nowhere else', async () => {
    const visitor = visit(serving, { program: true });
    await signUp(visitor, 'ada@example.com');
    const basic = {
      headers: {
        authorization: `Basic ${Buffer.from(`ada@example.com:${goodPassword}`).toString('base64')}`,
      },
    };
    expect((await visitor.ask('GET', '/api/v1/account', basic)).status).toBe(200);
    expect((await visitor.ask('GET', '/verify', basic)).status).toBe(204);
    expect((await visitor.ask('GET', '/api/v1/session', basic)).json['code']).toBe('carrier_refused');
  });
});
