import type { HeldFactorReads } from '../../domain/factors/records.ts';
import { integer, type Sql } from '../sql.ts';

const findHeld = `SELECT (SELECT COUNT(*) FROM totps WHERE account_id = ?) AS totps,
  (SELECT COUNT(*) FROM passkeys WHERE account_id = ?) AS passkeys,
  (SELECT COUNT(*) FROM recovery_codes WHERE account_id = ?) AS recovery_codes`;

/** What an account has, in SQL. */
export const factors = (sql: Sql): HeldFactorReads => ({
  held: async (accountId) => {
    const row = await sql.get(findHeld, accountId, accountId, accountId);
    if (!row) throw new TypeError('counting gave no row');
    return {
      totp: integer(row, 'totps') > 0,
      passkeys: integer(row, 'passkeys'),
      recoveryCodes: integer(row, 'recovery_codes'),
    };
  },
});
