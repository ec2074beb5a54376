import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Serving, servings } from '../../kit/serving.ts';
import { goodPassword, visit } from '../../kit/visitor.ts';
import { carriers, device, type Person, person, refreshBy, statusOf, why } from '../cast.ts';

const path = '/api/v1/account/sessions';

interface Listed {
  readonly id: string;
  readonly carrier: string;
  readonly current: boolean;
  readonly last_seen_at: string;
  readonly client_name: string;
  readonly network: string;
}

const list = async (who: Person): Promise<Listed[]> =>
  (await who.ask('GET', path)).json['sessions'] as Listed[];

describe.each(servings)('the list of devices over %s', (way, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    ada = await person(serving, 'ada');
  });
  afterEach(() => serving.close());

  test('it names every session, youngest first, and marks the one that asks', async () => {
    serving.clock.advance(1000);
    const others: Person[] = [];
    for (const carrier of carriers) {
      serving.clock.advance(1000);
      others.push(await device(serving, ada, { carrier, peer: '198.51.100.1' }));
    }
    const listed = await list(ada);
    expect(listed.map(({ id }) => id)).toEqual([...others.map((one) => one.session).reverse(), ada.session]);
    expect(listed.filter(({ current }) => current).map(({ id }) => id)).toEqual([ada.session]);
    expect(listed.map(({ carrier }) => carrier)).toEqual([...carriers.toReversed(), 'opaque']);
    expect(listed[0]).toMatchObject({
      network: way === 'a real socket' ? '127.0.0.1' : '198.51.100.1',
      client_name: '',
    });
  });

  test('a program may say what it calls itself', async () => {
    const body = {
      identifier: ada.email,
      password: goodPassword,
      carrier: 'jwt',
      client_name: 'Ada’s phone',
    };
    await visit(serving).ask('POST', '/api/v1/sessions', { body });
    expect((await list(ada)).map(({ client_name }) => client_name)).toContain('Ada’s phone');
  });

  test('when a session was last seen is written at most once a minute', async () => {
    const seen = async (): Promise<string> => (await list(ada))[0]?.last_seen_at ?? '';
    serving.clock.advance(59_999);
    await list(ada);
    expect(await seen()).toBe('2026-03-01T12:00:00.000Z');
    serving.clock.advance(1);
    await list(ada);
    await vi.waitFor(async () => expect(await seen()).toBe('2026-03-01T12:01:00.000Z'), {
      timeout: 10_000,
      interval: 5,
    });
    serving.clock.advance(30_000);
    await list(ada);
    expect(await seen()).toBe('2026-03-01T12:01:00.000Z');
  });

  test('one is ended and refused at once; the others go on', async () => {
    const phone = await device(serving, ada);
    const tablet = await device(serving, ada, { carrier: 'jwt' });
    expect((await ada.ask('DELETE', `${path}/${phone.session}`)).status).toBe(204);
    const refused = await phone.ask('GET', '/api/v1/session');
    expect(refused.status).toBe(401);
    expect(why(serving, refused).detail).toMatchObject({ check: 'session-ended', reason: 'ended-by-owner' });
    expect((await refreshBy(serving, phone.refresh)).status).toBe(401);
    expect(await statusOf(serving, tablet.access)).toBe(200);
    expect((await ada.ask('DELETE', `${path}/${phone.session}`)).status).toBe(404);
    expect(new Set((await list(ada)).map(({ id }) => id))).toEqual(new Set([tablet.session, ada.session]));
  });

  test('all others are ended in one go, and it says how many', async () => {
    const others = await Promise.all(carriers.map((carrier) => device(serving, ada, { carrier })));
    const answer = await ada.ask('DELETE', path);
    expect([answer.status, answer.json]).toEqual([200, { ended: carriers.length }]);
    for (const other of others) expect((await other.ask('GET', '/api/v1/session')).status).toBe(401);
    expect((await list(ada)).map(({ id }) => id)).toEqual([ada.session]);
    expect((await ada.ask('DELETE', path)).json).toEqual({ ended: 0 });
  });

  test('a session that is past its time is not listed', async () => {
    const forgotten = await device(serving, ada);
    for (let days = 0; days < 15; days += 5) {
      serving.clock.advance(5 * 86_400_000);
      await vi.waitFor(async () => expect((await refreshable(ada)).status).toBe(200), {
        timeout: 10_000,
        interval: 5,
      });
    }
    const now = await refreshable(ada);
    const listed = await visit(serving).ask('GET', path, { bearer: String(now.json['access_token']) });
    expect((listed.json['sessions'] as Listed[]).map(({ id }) => id)).toEqual([ada.session]);
    expect((await refreshBy(serving, forgotten.refresh)).status).toBe(401);
  });

  const live = new Map<string, string>();
  const refreshable = async (who: Person): ReturnType<typeof refreshBy> => {
    const answer = await refreshBy(serving, live.get(who.refresh) ?? who.refresh);
    live.set(who.refresh, String(answer.json['refresh_token']));
    return answer;
  };
});
