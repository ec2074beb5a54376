import { expect, test } from 'vitest';
import { serveHandler } from '../../kit/serving.ts';
import { visit } from '../../kit/visitor.ts';

const addresses = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'] as const;

test('OAU-29: what is switched off is not said', async () => {
  const closed = await serveHandler();
  try {
    const answer = await visit(closed).ask('GET', addresses[0]);
    expect(answer.json).not.toHaveProperty('registration_endpoint');
    const body = { redirect_uris: ['https://new.example/callback'] };
    expect((await visit(closed).ask('POST', '/oauth/register', { body })).status).toBe(404);
  } finally {
    await closed.close();
  }
});

test('OAU-29: no header of the first request can change it', async () => {
  const fresh = await serveHandler({ settings: { issuer: 'https://id.example.com' } });
  try {
    const foreign = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
    };
    for (const address of addresses) {
      const url = `http://evil.example${address}`;
      const answer = await fresh.send(new Request(url, { headers: foreign }));
      const text = await answer.text();
      expect(text).not.toContain('evil.example');
      expect(text).toContain('"issuer":"https://id.example.com"');
    }
  } finally {
    await fresh.close();
  }
});
