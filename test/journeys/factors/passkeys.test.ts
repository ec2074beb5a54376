import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { amrIn, trySignIn } from '../../kit/factors.ts';
import { addPasskey, proveBy, register, signInBy } from '../../kit/passkeys.ts';
import { type Serving, servings } from '../../kit/serving.ts';
import { visit } from '../../kit/visitor.ts';
import { carriers, type Person, person } from '../cast.ts';

const path = '/api/v1/account/factors/passkeys';

describe.each(servings)('over %s', (_name, serve) => {
  let serving: Serving;
  let ada: Person;
  beforeEach(async () => {
    serving = await serve({ lightHashing: true });
    onTestFinished(() => serving.close());
    ada = await person(serving, 'ada');
  });

  test.each(carriers)('somebody adds a passkey and signs in by it alone, by %s', async (carrier) => {
    const { answer, credential } = await register(serving, ada);
    expect(answer.status).toBe(201);
    expect(answer.json['recovery_codes']).toHaveLength(10);
    expect(answer.json['passkey']).toMatchObject({ name: 'Laptop', backup_eligible: true, backed_up: false });
    const visitor = visit(serving);
    const signedIn = await signInBy(serving, visitor, { credential, carrier });
    expect(signedIn.status).toBe(201);
    expect(amrIn(signedIn)).toEqual(['pop', 'mfa']);
    expect(signedIn.json['account']).toMatchObject({ id: ada.account });
    const access = signedIn.json['access_token'];
    const said = typeof access === 'string' ? { bearer: access } : {};
    expect((await visitor.ask('GET', '/api/v1/session', said)).status).toBe(200);
  });

  test('with a passkey the password alone is not enough; a recovery code beside it is', async () => {
    const { answer } = await register(serving, ada);
    const [code] = answer.json['recovery_codes'] as string[];
    expect((await trySignIn(visit(serving), ada.email)).json['code']).toBe('second_factor_required');
    const recovered = await trySignIn(visit(serving), ada.email, { recovery_code: code });
    expect(amrIn(recovered)).toEqual(['pwd', 'recovery', 'mfa']);
  });

  test('a passkey proves a session again, and then the next is added, renamed and removed', async () => {
    const credential = await addPasskey(serving, ada);
    expect((await register(serving, ada).catch((thrown: Error) => thrown.message)) as string).toContain(
      'proof_too_weak',
    );
    const proven = await proveBy(serving, ada, { credential });
    expect([proven.status, amrIn(proven)]).toEqual([200, ['pop', 'mfa']]);
    const weak = await proveBy(serving, ada, { credential, mood: { userVerified: false } });
    expect([weak.status, weak.json['code']]).toEqual([401, 'second_factor_required']);
    serving.clock.advance(1000);
    await addPasskey(serving, ada);
    const { passkeys } = (await ada.ask('GET', path)).json as { passkeys: { id: string }[] };
    expect(passkeys).toHaveLength(2);
    const second = `${path}/${passkeys[1]?.id}`;
    expect((await ada.ask('PATCH', second, { body: { name: 'Phone' } })).status).toBe(204);
    const removed = await ada.ask('DELETE', second);
    expect(removed.json['signal']).toMatchObject({
      rpId: 'localhost',
      allAcceptedCredentialIds: [credential.id],
    });
    expect((await ada.ask('DELETE', second)).status).toBe(404);
  });

  test('where two different factors are shown, a passkey need not verify the person', async () => {
    const credential = await addPasskey(serving, ada);
    const proven = await proveBy(serving, ada, { credential, mood: { userVerified: false } });
    expect([proven.status, amrIn(proven)]).toEqual([200, ['pwd', 'pop', 'mfa']]);
  });
});
