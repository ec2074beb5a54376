/**
 * What Postgres says differently. Statements come in the common subset; here, and nowhere else, they get numbered places
 * for values, the locks that one writer at a time makes needless elsewhere, and types that sort like bytes.
 */

/** A statement with `$1`, `$2`, … for its values. Whoever takes some rows of many passes over those that somebody is taking already. */
export function spoken(text: string): string {
  const taken = takesSome.test(text) && !united.test(text) ? text.replaceAll(some, passedOver) : text;
  let place = 0;
  return taken.replaceAll('?', () => {
    place += 1;
    return `$${place}`;
  });
}

/**
 * The same inside a transaction, where a search holds the rows of the first table that it names until the commit: what a
 * body has read stays true while it decides. What most bodies read and few write is shared.
 */
export function held(text: string): string {
  const said = spoken(text);
  const { table, alias } = heldIn(text);
  return table === '' ? said : `${said} FOR ${shared.has(table) ? 'SHARE' : 'NO KEY UPDATE'} OF ${alias}`;
}

/**
 * Whether a search that holds rows also looks into other tables. Postgres looks there before it waits for the rows, and not
 * again: whoever had to wait would see the one as it is and the others as they were (READ COMMITTED). So it is asked twice.
 */
export const looksFurther = (text: string): boolean => further.test(text) && heldIn(text).table !== '';

/** The table whose rows a search holds; empty when it holds none. */
function heldIn(text: string): { readonly table: string; readonly alias: string } {
  const outer = withoutParentheses(text);
  const [, table = '', alias = table] = searched.exec(outer) ?? [];
  return gathered.test(outer) ? { table: '', alias: '' } : { table, alias };
}

const further = /\bJOIN\b|\(\s*SELECT\b/;
const takesSome = /^\s*(?:UPDATE|DELETE)\b/;
const some = ' LIMIT ?)';
const passedOver = ' LIMIT ? FOR UPDATE SKIP LOCKED)';
/** A search that is put together of two has no rows of its own to hold. */
const united = /\bUNION\b/;
const searched = /^\s*SELECT\b[^]*?\bFROM (\w+)(?: (?!WHERE|JOIN|ORDER|LIMIT|ON\b)(\w+))?/;
/** What is counted has no rows to hold. */
const gathered = /\b(?:COUNT|MAX|MIN|SUM|DISTINCT|UNION|GROUP BY)\b/;

/** Each of their rows stands behind many accounts. Two that change one at once meet in a deadlock, and one begins anew. */
const shared: ReadonlySet<string> = new Set(['clients', 'roles']);

function withoutParentheses(text: string): string {
  let outer = text;
  for (let before = ''; before !== outer; ) {
    before = outer;
    outer = before.replaceAll(/\([^()]*\)/g, '');
  }
  return outer;
}

/** The statements of a migration, in Postgres's words: text is compared by its bytes, as elsewhere, and not by a language. */
export const inDialect = (statements: string): string[] =>
  statements
    .split(';')
    .map((statement) => statement.replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"').trim())
    .filter((statement) => statement !== '');

/**
 * One search for many ids: the answers carry the place of the id among those that were asked for. `next` adds the row that
 * a column of the first names, behind a column named `next`.
 */
export function forMany(text: string, next?: { readonly column: string; readonly sql: string }): string {
  const first = `unnest($1::text[]) WITH ORDINALITY AS asked (id, place)
    CROSS JOIN LATERAL (${text.replace('?', 'asked.id')}) AS one`;
  if (!next) return `SELECT asked.place, one.* FROM ${first}`;
  return `SELECT asked.place, one.*, 0 AS next, other.* FROM ${first}
    CROSS JOIN LATERAL (${next.sql.replace('?', `one.${next.column}`)}) AS other`;
}

/** A change of one row by its id, which many of its kind can be put together with. */
export const mayBeMany = (text: string): boolean =>
  /^\s*UPDATE \w+ SET [^()]*\bWHERE id = \?[^()]*$/.test(text) && !/\bRETURNING\b/.test(text);

/** The same of many rows, each value an array of its type: answers the places of those that were changed. */
export function forManyRows(text: string, kinds: readonly string[]): string {
  const columns = kinds.map((_, at) => `v${at + 1}`);
  const arrays = kinds.map((kind, at) => `$${at + 1}::${kind}[]`);
  const asked = `FROM unnest(${arrays.join(', ')}) WITH ORDINALITY AS asked (${columns.join(', ')}, place)`;
  let at = 0;
  const named = text.replaceAll('?', () => {
    at += 1;
    return `asked.v${at}`;
  });
  return `${named.replace(/\bWHERE\b/, `${asked} WHERE`)} RETURNING asked.place`;
}

/** Ids, or other values, as one value: an array in Postgres's notation. */
export const manyIds = (ids: readonly string[]): string =>
  `{${ids.map((id) => `"${id.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`;
