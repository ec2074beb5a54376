/** `npm start`: the shop as a program. Its secrets stand in the environment or in `.env` beside `package.json`. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from '@doorward/examples-kit';
import { createCupcakeShop } from './app.ts';

const file = fileURLToPath(new URL('../.env', import.meta.url));
if (existsSync(file)) process.loadEnvFile(file);

await serve({ name: 'jwt-bearer', port: 5000, open: createCupcakeShop });
