/** SQL that only one engine understands stays in the drivers: `sqlite/` and `postgres/` of the store. */
import ts from 'typescript';
import { at, nodes } from '../syntax.ts';
import type { Rule } from '../tree.ts';

const driver = /\/store\/(?:sqlite|postgres)\//;
const statement = /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER|DROP|LOCK|LISTEN|NOTIFY|PRAGMA)\b/;

/** What CockroachDB, YugabyteDB, SQLite or Postgres does not have, or has with another meaning. */
const avoided: readonly (readonly [words: RegExp, what: string])[] = [
  [/\b(?:UN)?LISTEN\b|\bNOTIFY\b/, 'news'],
  [/\bpg_\w+|\bcurrent_schema\b|\binformation_schema\b/, 'catalogs and functions of Postgres'],
  [/\bsqlite_\w+|\bPRAGMA\b|\browid\b/, 'catalogs and functions of SQLite'],
  [/\b(?:ctid|xmin|xmax|txid_\w+|oid)\b/, 'what rows are inside'],
  [/\bFOR (?:NO KEY )?(?:UPDATE|SHARE)\b|\bSKIP LOCKED\b|\bNOWAIT\b|\bLOCK TABLE\b/, 'locks'],
  [/\bSERIAL\b|\bAUTOINCREMENT\b|\bIDENTITY\b|\bnextval\b/, 'numbers that a table gives'],
  [/\bTRIGGER\b|\bFUNCTION\b|\bPROCEDURE\b|\bDO \$/, 'programs in the database'],
  [/::\w+|\bILIKE\b|\bDISTINCT ON\b|\bLATERAL\b|\bINTERVAL\b|\bnow\(\)/, 'words of Postgres'],
  [/\b(?:JSONB?|UUID|TIMESTAMPTZ?)\b/, 'types that not all have'],
  [/\bSAVEPOINT\b|\bTEMP(?:ORARY)?\b|\bCURSOR\b|\bTRUNCATE\b/, 'what distributed engines do otherwise'],
];

/** Statements outside of the drivers keep to what all engines have. */
export const commonSql: Rule = (source) => {
  if (!source.path.startsWith('packages/server/src/store/') || driver.test(source.path)) return [];
  return [...nodes(source.tree)].flatMap((node) => {
    if (!ts.isStringLiteral(node) && !ts.isTemplateLiteral(node)) return [];
    const text = node.getText();
    if (!statement.test(text)) return [];
    return avoided.filter(([words]) => words.test(text)).map(([, what]) => at(source, node, what));
  });
};
