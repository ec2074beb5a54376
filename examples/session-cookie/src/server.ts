/** Starts the system: `node src/server.ts`. */
import { serve } from '@doorward/examples-kit';
import { createSessionCookie } from './app.ts';

await serve({
  name: 'session-cookie',
  port: 5000,
  variables: { host: ['HOST', 'API_HOST'], port: ['PORT', 'API_PORT'] },
  warning:
    'Cookies and passwords travel in clear over http, and a password of the demonstration is no secret.',
  open: createSessionCookie,
});
