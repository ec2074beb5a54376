/**
 * Devices for tests: one that waits and asks, and the person who types its code at a browser.
 */
import { form, type TestClient } from '../../kit/clients.ts';
import type { Serving } from '../../kit/serving.ts';
import { type Answer, member, signIn, signUp, type Visitor, visit } from '../../kit/visitor.ts';
import { askTokens, deviceGrant, post } from './cast.ts';

/** A device that waits. */
export interface TestDevice {
  readonly deviceCode: string;
  readonly userCode: string;
  /** Asks for its tokens, as its own client unless another is given. */
  poll(as?: TestClient): Promise<Answer>;
}

/** Who asks: by its secret, or by its name where it has none. */
const shownBy = (client: TestClient) =>
  client.secret === '' ? { fields: { client_id: client.id } } : { fields: {}, as: client };

/** Asks for a device to wait. */
export function askToWait(
  serving: Serving,
  client: TestClient,
  fields: Readonly<Record<string, string>> = { scope: 'openid reports:read' },
): Promise<Answer> {
  const shown = shownBy(client);
  return post(serving, '/oauth/device', { ...shown, fields: { ...shown.fields, ...fields } });
}

/** A device of a client that waits. Throws when it is refused. */
export async function waitingDevice(
  serving: Serving,
  client: TestClient,
  fields?: Readonly<Record<string, string>>,
): Promise<TestDevice> {
  const { status, json, text } = await askToWait(serving, client, fields);
  if (status !== 200) throw new Error(`the device was answered ${status}: ${text}`);
  const deviceCode = member(json, 'device_code');
  return {
    deviceCode,
    userCode: member(json, 'user_code'),
    poll: (as = client) => {
      const shown = shownBy(as);
      const asked = { grant_type: deviceGrant, device_code: deviceCode };
      return askTokens(serving, { ...shown, fields: { ...shown.fields, ...asked } });
    },
  };
}

/** Somebody at a browser of their own, signed in by cookie. */
export async function atBrowser(
  serving: Serving,
  name: string,
): Promise<Visitor & { readonly account: string }> {
  const browser = visit(serving);
  const account = await signUp(browser, `${name}@example.com`);
  await signIn(browser, `${name}@example.com`);
  return { ...browser, account };
}

/** Types a code. */
export const typeCode = (browser: Visitor, userCode: string): Promise<Answer> =>
  browser.ask('POST', '/device', form({ user_code: userCode }));

/** Presses a button of the page that follows. */
export const decideAbout = (
  browser: Visitor,
  userCode: string,
  decision: 'allow' | 'refuse',
): Promise<Answer> => browser.ask('POST', '/device/decision', form({ user_code: userCode, decision }));
