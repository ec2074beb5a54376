/** What would take the compiler's word away. */
import ts from 'typescript';
import { at, lineOf, nodes } from '../syntax.ts';
import type { Rule } from '../tree.ts';

function givenUp(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any';
  if (ts.isNonNullExpression(node)) return 'a non-null assertion';
  if (ts.isPropertyDeclaration(node) && node.exclamationToken) return 'a property promised to be set';
  if (ts.isVariableDeclaration(node) && node.exclamationToken) return 'a variable promised to be set';
  if (ts.isAsExpression(node) && ts.isAsExpression(node.expression)) {
    if (node.expression.type.kind === ts.SyntaxKind.UnknownKeyword) return 'as unknown as';
  }
  return undefined;
}

/** No `any`, no `!`, no assertion by way of `unknown`. */
export const honestTypes: Rule = (source) =>
  [...nodes(source.tree)].flatMap((node) => {
    const what = givenUp(node);
    return what === undefined ? [] : [at(source, node, what)];
  });

const silenced = /\/\/ *@ts-(?:ignore|nocheck)\b|\/\/ *@ts-expect-error(?! \S.{9})/g;

/** The compiler is not told to be silent; `@ts-expect-error` says in a sentence what it expects. */
export const compilerHeard: Rule = (source) =>
  [...source.text.matchAll(silenced)].map(
    (match) => `${source.path}:${lineOf(source, match.index)} ${match[0].slice(2).trim()}`,
  );

/** A module gives out names; a default export has none. */
export const namedExports: Rule = (source) =>
  [...nodes(source.tree)].flatMap((node) => {
    const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
    const isDefault =
      ts.isExportAssignment(node) || modifiers.some((one) => one.kind === ts.SyntaxKind.DefaultKeyword);
    return isDefault ? [at(source, node, 'a default export')] : [];
  });
