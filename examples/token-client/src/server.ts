/** The token client as a program: `node src/server.ts`. */
import { serve } from '@doorward/examples-kit';
import { createTokenClient } from './app.ts';

await serve({ name: 'token-client', port: 8000, open: createTokenClient });
