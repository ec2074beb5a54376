/**
 * A program that uses a client with a file store: told to by a line, it asks for the token many times at once and prints
 * what it got, as JSON. `node client-process.ts <issuer> <path of the file>`.
 */
import { createInterface } from 'node:readline';
import { fileStore } from '../../../packages/client/src/file.ts';
import { createClient } from '../../../packages/client/src/index.ts';

const [issuer = '', path = ''] = process.argv.slice(2);
const client = createClient({ issuer, store: fileStore(path) });

async function ask(): Promise<void> {
  const tokens = await Promise.all(Array.from({ length: 10 }, () => client.token()));
  const { status } = await client.fetch(`${issuer}/api/v1/session`);
  console.log(JSON.stringify({ tokens: [...new Set(tokens)], status }));
}

createInterface({ input: process.stdin }).on('line', () => void ask());
console.log('ready');
