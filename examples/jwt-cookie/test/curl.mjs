/** As much of curl as the README needs, so that its commands run where there is none: -s, -X, -d, and jars with -b and -c. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values, positionals } = parseArgs({
  options: {
    s: { type: 'boolean', short: 's' },
    method: { ...text, short: 'X' },
    data: { ...text, short: 'd' },
    send: { ...text, short: 'b' },
    keep: { ...text, short: 'c' },
  },
  allowPositionals: true,
});
const [address = ''] = positionals;
const { method, data, send, keep } = values;

/** The lines of a jar: seven fields between tabs, the last two are name and value. */
const cookies = send !== undefined && existsSync(send) ? readFileSync(send, 'utf8').trim().split('\n') : [];
const headers = { cookie: cookies.map((line) => line.split('\t').slice(5).join('=')).join('; ') };
if (data !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded';

const response = await fetch(address, {
  method: method ?? (data === undefined ? 'GET' : 'POST'),
  headers,
  ...(data === undefined ? {} : { body: data }),
});
if (keep !== undefined) {
  const lines = response.headers.getSetCookie().map((line) => {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    return ['#HttpOnly_127.0.0.1', 'FALSE', '/', 'FALSE', '0', name, value].join('\t');
  });
  writeFileSync(keep, `${lines.join('\n')}\n`);
}
process.stdout.write(await response.text());
