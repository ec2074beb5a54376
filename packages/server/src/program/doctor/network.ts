/** The doctor's look at the network: the port, the issuer, the proxies. */
import { get } from 'node:http';
import { isLoopback } from '../../base/loopback.ts';
import { addressMatcher } from '../../base/network.ts';
import { type Configuration, domainSettings } from '../configuration/configuration.ts';
import { doubtful, type Finding, fine, thrownWords, wrong } from './finding.ts';

/** Milliseconds that an answer may take. */
const patience = 3000;

/** What the doctor knows of the keys: the ids that the issuer should publish. */
export interface KnownKeys {
  readonly kids: readonly string[];
}

/** The port is free, or it is ours that answers there. */
export async function checkPort({ host, port }: Configuration): Promise<Finding> {
  const check = 'port';
  if (port === 0) return fine(check, 'Any free one.');
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const answer = await ask(`http://${near.includes(':') ? `[${near}]` : near}:${port}/health/live`);
  if ('refused' in answer)
    return answer.refused === 'ECONNREFUSED'
      ? fine(check, `${port} is free; no server runs.`)
      : doubtful(check, `Nothing can be told of port ${port} on ${near}: ${answer.refused}`);
  if (answer.body.includes('"status":"live"')) return fine(check, `A server answers on port ${port}.`);
  return wrong(check, `Another program answers on port ${port}. Stop it, or choose another with --port.`);
}

/** The issuer leads back to this server: it publishes the keys of this database. */
export async function checkIssuer(values: Configuration, { kids }: KnownKeys): Promise<Finding> {
  const check = 'issuer';
  const { issuer } = domainSettings(values, values.port);
  const isLocal = isLoopback(new URL(issuer).hostname);
  const answer = await ask(`${issuer}/.well-known/jwks.json`);
  if ('refused' in answer) {
    if (isLocal) return fine(check, `${issuer} is this machine; no server runs there now.`);
    return doubtful(
      check,
      `${issuer} cannot be reached from here (${answer.refused}). Check DNS, the proxy and its certificate.`,
    );
  }
  const published = kidsOf(answer.body);
  if (!published)
    return wrong(check, `What answers at ${issuer} is no server of this kind. Check the proxy.`);
  if (!kids.some((kid) => published.includes(kid)))
    return wrong(
      check,
      `${issuer} leads to a server with another database. Check the issuer, the proxy and --data-folder.`,
    );
  return fine(check, `${issuer} leads here.`);
}

/** Who stands in front is known, and believed no more than needed. */
export function checkProxies({ host, issuer, trustedProxies }: Configuration): Finding {
  const check = 'proxies';
  const isTrusted = addressMatcher(trustedProxies);
  if (['8.8.8.8', '2001:4860:4860::8888'].some((address) => isTrusted(address)))
    return wrong(
      check,
      'trustedProxies takes in the whole internet: anybody can choose the address that is counted. Name your proxies only.',
    );
  if (issuer?.startsWith('https:') && trustedProxies.length === 0)
    return doubtful(
      check,
      'The issuer is https, so a proxy stands in front, yet trustedProxies is empty: all visitors count as one network. Name the proxy’s address.',
    );
  if (!isLoopback(host) && !issuer?.startsWith('https:'))
    return doubtful(
      check,
      `The server listens on ${host} without https: passwords travel in clear text. Put a proxy with https in front, or listen on 127.0.0.1.`,
    );
  if (trustedProxies.length === 0) return fine(check, 'None, and none are believed.');
  return fine(check, `X-Forwarded-For is believed from ${trustedProxies.join(', ')}.`);
}

type Answer = { readonly body: string } | { readonly refused: string };

/** One GET; whatever goes wrong is an answer too. */
async function ask(url: string): Promise<Answer> {
  try {
    if (url.startsWith('https:')) {
      const response = await fetch(url, { redirect: 'error' });
      return { body: (await response.text()).slice(0, 100_000) };
    }
    return { body: await getText(url) };
  } catch (thrown) {
    const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    return { refused: code || thrownWords(cause) };
  }
}

function getText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: patience, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        if (body.length < 100_000) body += text;
      });
      response.on('end', () => resolve(body));
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });
}

function kidsOf(body: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys))
      return undefined;
    return value.keys.map((key: unknown) =>
      typeof key === 'object' && key !== null && 'kid' in key ? String(key.kid) : '',
    );
  } catch {
    return undefined;
  }
}
