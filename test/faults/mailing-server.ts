/**
 * A server to be killed that posts a mail for each request, in a transaction, and answers when it is committed. Its clock is
 * so many milliseconds ahead as MAILS_AHEAD says: what a dead one had claimed is due again then.
 */
import { systemClock } from '../../packages/server/src/base/clock.ts';
import { postMail } from '../../packages/server/src/domain/mail/post-mail.ts';
import { loadConfiguration } from '../../packages/server/src/program/configuration/configuration.ts';
import { assemble } from '../../packages/server/src/program/create-doorward.ts';
import { listen } from '../../packages/server/src/program/serving/listener.ts';
import { stopSignal } from '../../packages/server/src/program/serving/stop-signals.ts';
import { lightArgon2 } from '../kit/light-argon2.ts';

const words = process.argv.slice(3);
const flags: Record<string, string> = {};
for (let at = 0; at + 1 < words.length; at += 2) {
  const name = words[at]?.slice('--'.length).replace(/-[a-z]/g, (pair) => pair.slice(1).toUpperCase());
  flags[name ?? ''] = words[at + 1] ?? '';
}
const ahead = Number(process.env['MAILS_AHEAD'] ?? 0);
const { values } = loadConfiguration({ flags });
const stopped = stopSignal();
const assembly = await assemble(values, {
  port: values.port,
  clock: { ...systemClock, now: () => systemClock.now() + ahead },
  dangerousPasswordHash: lightArgon2,
  integrityCheck: true,
  report: (thrown) => console.error(thrown),
});
const { ports } = assembly;
const listener = await listen(
  async (request) => {
    const code = new URL(request.url).pathname.slice(1);
    const draft = {
      kind: 'sign-in',
      to: `number-${code}@example.com`,
      language: 'en',
      values: { link: `${ports.settings.issuer}/link`, code, expiresAt: ports.clock.now() + 600_000 },
    } as const;
    await ports.store.transact((tx) => postMail(ports, tx, draft));
    return new Response(null, { status: 204 });
  },
  { host: values.host, port: values.port },
);
console.log(`Listening on http://127.0.0.1:${listener.port}`);
await stopped;
await listener.stop(1000);
await assembly.close();
