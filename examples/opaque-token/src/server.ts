/** `npm start`: the system as a program. */
import { serve } from '@doorward/examples-kit';
import { createOpaqueToken } from './app.ts';

await serve({
  name: 'opaque-token',
  port: 5000,
  warning: 'It has no real login: whoever names an e-mail address is let in.',
  open: createOpaqueToken,
});
