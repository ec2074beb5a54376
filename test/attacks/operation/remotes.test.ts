/**
 * FLT-18 asks what becomes of sessions and limits when a cache beside the database is gone. There is none here: sessions,
 * budgets and one-time values stand in the one store (its faults are tried in test/faults). What is remote are SMTP and other
 * providers; guards, to which this server is remote, are tried with their package.
 */

import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { startStopwatch } from '../../../packages/server/src/base/clock.ts';
import { person, statusOf } from '../../journeys/cast.ts';
import { listening } from '../../journeys/guard/listening.ts';
import { proveAddress } from '../../journeys/mail/mail-cast.ts';
import { trySignIn } from '../../kit/factors.ts';
import { pressButton, serveWith } from '../../kit/outside.ts';
import { mailSettings, openPostOffice } from '../../kit/post-office.ts';
import { type Serving, serveHandler } from '../../kit/serving.ts';
import { visit } from '../../kit/visitor.ts';

let serving: Serving | undefined;
afterEach(async () => {
  await serving?.close();
  serving = undefined;
});

const attempts = 5;

/** People are signed in, and guesses are counted, as if nothing were amiss. */
async function expectSignInsAndLimits(here: Serving, email: string): Promise<void> {
  expect((await trySignIn(visit(here), email)).status).toBe(201);
  const guesses: number[] = [];
  for (let guess = 0; guess < attempts + 2; guess += 1)
    guesses.push((await trySignIn(visit(here), email, { password: 'not this one' })).status);
  expect(guesses).toEqual([...Array.from({ length: attempts }, () => 401), 429, 429]);
}

const settings = { accountAttempts: attempts, familiarAttempts: attempts, networkAttempts: 1000 };

describe('FLT-18: SMTP', () => {
  test('that refuses every connection: mails wait, whoever asks for one hears so at once, and all else goes on', async () => {
    const office = await openPostOffice();
    const here = await serveHandler({
      lightHashing: true,
      settings: { ...settings, ...mailSettings(office) },
    });
    serving = here;
    const ada = await person(here, 'ada');
    await proveAddress(here, ada, ada.email);
    await office.close();
    const elapsed = startStopwatch();
    const asked = await visit(here).ask('POST', '/api/v1/password-resets', { body: { email: ada.email } });
    expect([asked.status, elapsed() < 1000]).toEqual([202, true]);
    expect(await here.assembly.ports.store.read.mails.countWaiting()).toBeGreaterThan(0);
    expect(await statusOf(here, ada.access)).toBe(200);
    await expectSignInsAndLimits(here, ada.email);
  });
});

describe('FLT-18: a provider', () => {
  const withProvider = (issuer: string): Promise<Serving> =>
    serveWith({ house: { issuer } }, (given) =>
      serveHandler({ lightHashing: true, settings: { ...settings, ...given } }),
    );

  test('that is not there: its button says so, nobody is signed in by it, and passwords are taken as ever', async () => {
    const here = await withProvider('http://127.0.0.1:1');
    serving = here;
    const ada = await person(here, 'ada');
    const answer = await pressButton(visit(here), 'house');
    expect([answer.status, answer.location]).toEqual([502, '']);
    await expectSignInsAndLimits(here, ada.email);
  });

  test('that takes connections and says nothing: others are served meanwhile', async () => {
    const { origin, close } = await listening(createServer(() => undefined));
    const here = await withProvider(origin);
    serving = here;
    const ada = await person(here, 'ada');
    const waiting = pressButton(visit(here), 'house');
    await expectSignInsAndLimits(here, ada.email);
    await close();
    expect((await waiting).status).toBe(502);
  });
});
