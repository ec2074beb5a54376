/** The program: `node src/server.ts`. README.md names the variables that it reads. */
import { serve } from '@doorward/examples-kit';
import { createJwtCookie } from './app.ts';

await serve({
  name: 'jwt-cookie',
  port: 5000,
  warning:
    'Over plain http their browsers keep no cookie and cannot log in: put a proxy with https before it.',
  open: createJwtCookie,
});
