/*
 * Writes the Bloom filter of common passwords that the password policy asks:
 *
 *   node tools/build-common-passwords.mjs
 *
 * The list is the one inside @zxcvbn-ts/language-common (MIT), a locked development dependency, so that the same
 * commit always gives the same bytes. Run it with the workspace's own Node, which reads TypeScript as it is.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { dictionary } from '@zxcvbn-ts/language-common';
import { buildBloom } from '../packages/server/src/base/bloom-filter.ts';
import { commonForm } from '../packages/server/src/domain/accounts/password-policy.ts';

/** One good password in a million is refused by mistake. */
const RATE = 1e-6;
const target = new URL('../packages/server/src/domain/accounts/common-passwords.bloom.ts', import.meta.url);
const home = new URL('../node_modules/@zxcvbn-ts/language-common/package.json', import.meta.url);

const { name, version, license } = JSON.parse(await readFile(home, 'utf8'));
const list = dictionary['passwords-common'];
const data = buildBloom(new Set(list.map(commonForm).filter(Boolean)), RATE);
const sha256 = createHash('sha256').update(list.join('\n')).digest('hex');

await writeFile(
  target,
  `import type { BloomData } from '../../base/bloom-filter.ts';

/*
 * Written by tools/build-common-passwords.mjs; do not edit.
 * Source: ${name} ${version} (${license}), see NOTICE.
 * SHA-256 of the list, one entry a line: ${sha256}
 */

/** Common passwords in their common form (NFKC, lower case). Imported on first use only, for its size. */
export const commonPasswords: BloomData = {
  count: ${data.count},
  hashes: ${data.hashes},
  bits: Buffer.from(
    '${Buffer.from(data.bits).toString('base64')}',
    'base64',
  ),
};
`,
);
console.log(`${data.count} entries, ${data.bits.length * 8} bits, ${data.hashes} hashes`);
