/** `npm run calls`: asks a running server four things, prints its answers, and fails when one is not as it should be. */
const base = process.argv[2] ?? process.env['SERVER_URL'] ?? 'http://127.0.0.1:5000';
const id = 'user@example.com';

/** One check: what is asked, and the status that it should have. */
interface Check {
  readonly title: string;
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly expected: number;
}

/** The status and body of an answer; a server that does not answer has the status 0. */
async function ask({ path, form }: Check): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(
      new URL(path, base),
      form && { method: 'POST', body: new URLSearchParams(form) },
    );
    return { status: response.status, body: await response.text() };
  } catch (thrown) {
    return { status: 0, body: `${base} does not answer (${thrown instanceof Error ? thrown.message : ''})` };
  }
}

/** Asks, prints the answer and gives its body back. */
async function call(number: number, check: Check): Promise<string> {
  const { status, body } = await ask(check);
  if (number > 1) console.log();
  console.log(`Test ${number}: ${check.title}\nStatus code: ${status}\nResponse: ${body}`);
  if (status !== check.expected) process.exitCode = 1;
  return body;
}

const text = 'Hello from authenticated user!';
await call(1, { title: 'Basic server connection', path: '/', expected: 200 });
const answer = await call(2, { title: 'Login attempt', path: '/login', form: { id }, expected: 200 });
const token = /"token":\s*"([^"]*)"/.exec(answer)?.[1] ?? '';
await call(3, {
  title: 'Protected request with valid token',
  path: '/echo',
  form: { id, token, text },
  expected: 200,
});
await call(4, {
  title: 'Protected request with invalid token',
  path: '/echo',
  form: { id, token: 'invalid-token', text },
  expected: 401,
});
