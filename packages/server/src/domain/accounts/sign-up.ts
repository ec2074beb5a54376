import { uuidv7 } from '../../base/uuid.ts';
import { appendEvent } from '../events.ts';
import { fail } from '../failures.ts';
import type { MailLanguage } from '../mail/mail.ts';
import type { Ports } from '../ports.ts';
import { signUpCharge, spend } from '../sessions/attempt-budget.ts';
import type { Transaction } from '../store.ts';
import type { Account, Identifier } from './account.ts';
import { askFirstProof } from './first-proof.ts';
import { parseEmail, parseUsername } from './identifier.ts';
import { checkNewPassword, preparePassword } from './password-policy.ts';

/** What a new account is made of. At least one of e-mail and username is needed. */
export interface AccountDraft {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly name?: string | undefined;
  readonly password: string;
  readonly network: string;
}

/** An account that a stranger asks for. */
export interface StrangerDraft extends AccountDraft {
  /** Of the mail that asks to prove the address. */
  readonly language: MailLanguage;
}

/**
 * Makes an account for a stranger, whose address is then unproven. Throws `sign_up_closed`, `invitation_required`,
 * `mailbox_unproven`, `attempts_exhausted`, `input_invalid`, the `password_…` failures, `identifier_taken`, `hashing_busy` and
 * `store_unavailable`.
 */
export async function signUp(ports: Ports, draft: StrangerDraft): Promise<Account> {
  requireSignUp(ports);
  if (ports.settings.signUp === 'verified')
    throw fail('mailbox_unproven', { detail: { check: 'mailbox-unproven' } });
  const { network, language } = draft;
  const ready = await readyAccount(ports, draft);
  await spend(ports, [signUpCharge(ports, network)], network);
  const phc = await ports.passwords.hash(ready.password, network);
  return ports.store.transact(async (tx) => {
    const account = await insertAccount(ports, tx, { ...ready, phc, actor: ready.account.id, network });
    const email = ready.identifiers.find(({ kind }) => kind === 'email');
    await askFirstProof(ports, tx, { accountId: account.id, email, language });
    return account;
  });
}

/** Throws `sign_up_closed` and `invitation_required` where no stranger makes an account. */
export function requireSignUp({ settings }: Pick<Ports, 'settings'>): void {
  if (settings.signUp === 'closed') throw fail('sign_up_closed', { detail: { check: 'sign-up-closed' } });
  if (settings.signUp === 'invitation')
    throw fail('invitation_required', { detail: { check: 'sign-up-by-invitation' } });
}

/** An account that is made on behalf of somebody else. */
export interface GivenAccount extends AccountDraft {
  readonly actor: string;
  /** Takes a password that the policy would refuse: for demonstrations whose password everybody knows. */
  readonly dangerouslyTakeAnyPassword?: boolean | undefined;
}

/** Makes an account on behalf of somebody else. Throws what `signUp` throws, but for the closed door and the budget. */
export async function createAccount(ports: Ports, draft: GivenAccount): Promise<Account> {
  const ready = await readyAccount(ports, draft);
  const phc = await ports.passwords.hash(ready.password, draft.network);
  return ports.store.transact((tx) =>
    insertAccount(ports, tx, { ...ready, phc, actor: draft.actor, network: draft.network }),
  );
}

/** An account that was checked and awaits its hash. */
export interface ReadyAccount {
  readonly account: Account;
  readonly identifiers: readonly Identifier[];
  /** Prepared. */
  readonly password: string;
}

/** Checks all that can be checked before the hash. Throws `input_invalid` and the `password_…` failures. */
export async function readyAccount(
  ports: Ports,
  draft: AccountDraft & Pick<GivenAccount, 'dangerouslyTakeAnyPassword'>,
): Promise<ReadyAccount> {
  const identifiers = parseIdentifiers(draft);
  const password = preparePassword(draft.password);
  const context = [draft.email, draft.username, draft.name].filter((word) => word !== undefined);
  if (!draft.dangerouslyTakeAnyPassword) await checkNewPassword(passwordPolicy(ports), { password, context });
  return { account: newAccount(ports, draft), identifiers, password };
}

/** An account without roles that begins now; nothing is written. */
export function newAccount(
  { clock }: Pick<Ports, 'clock'>,
  { name = '', email, username }: Pick<AccountDraft, 'name' | 'email' | 'username'>,
): Account {
  const now = clock.now();
  const id = uuidv7(now);
  const times = { createdAt: now, updatedAt: now };
  return {
    id,
    name,
    email,
    emailVerifiedAt: 0,
    username,
    status: 'active',
    deletesAt: 0,
    roles: [],
    ...times,
  };
}

/** Writes an account with its password and event. Throws `identifier_taken`. */
export async function insertAccount(
  { clock }: Pick<Ports, 'clock'>,
  tx: Transaction,
  ready: Omit<ReadyAccount, 'password'> & { phc: string; actor: string; network: string },
): Promise<Account> {
  const { account, identifiers, phc, actor, network } = ready;
  const now = clock.now();
  if (!(await tx.accounts.insert(account, identifiers))) throw fail('identifier_taken');
  await tx.accounts.setPassword({ accountId: account.id, phc, changedAt: now });
  await appendEvent(tx, now, { type: 'account.created', accountId: account.id, actor, network });
  return account;
}

/** The password policy of the settings, with the product's own name among the words of the context. */
export const passwordPolicy = ({
  settings,
}: Pick<Ports, 'settings'>): { minimumLength: number; words: readonly string[] } => ({
  minimumLength: settings.passwordMinimumLength,
  words: ['doorward', ...settings.passwordWords],
});

function parseIdentifiers({ email, username }: AccountDraft): Identifier[] {
  const faults: { field: string; message: string }[] = [];
  const identifiers: Identifier[] = [];
  const take = (field: string, parsed: Identifier | undefined, message: string): void => {
    if (parsed) identifiers.push(parsed);
    else faults.push({ field, message });
  };
  if (email !== undefined) take('email', parseEmail(email), emailRule);
  if (username !== undefined) take('username', parseUsername(username), usernameRule);
  if (email === undefined && username === undefined) {
    faults.push({ field: 'email', message: 'Give an e-mail address, a username, or both.' });
  }
  if (faults.length > 0) throw fail('input_invalid', { fields: faults });
  return identifiers;
}

/** What an e-mail address must look like, in public words. */
export const emailRule = 'This is not an e-mail address of the form name@example.com.';

/** What a username must look like, in public words. */
export const usernameRule =
  'A username has 1 to 64 letters a–z, digits, dots, dashes and underscores, and begins and ends with a letter or digit.';
