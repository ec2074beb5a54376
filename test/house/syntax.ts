/** Questions about syntax trees that several rules ask. */
import ts from 'typescript';
import type { Source } from './tree.ts';

/** All nodes of a tree, outer ones first. */
export function* nodes(start: ts.Node): Generator<ts.Node> {
  const children: ts.Node[] = [];
  ts.forEachChild(start, (child) => {
    children.push(child);
  });
  for (const child of children) {
    yield child;
    yield* nodes(child);
  }
}

/** `path:line what`, the line being the first of the node. */
export const at = (source: Source, node: ts.Node, what: string): string =>
  `${source.path}:${lineOf(source, node.getStart())} ${what}`;

/** The line, from 1, of an offset. */
export const lineOf = (source: Source, offset: number): number =>
  source.tree.getLineAndCharacterOfPosition(offset).line + 1;

/** The comments directly above the statement or member that a node stands in, where both begin on one line. */
export function commentAbove(source: Source, node: ts.Node): string {
  let outer = node;
  while (outer.parent && !ts.isSourceFile(outer.parent)) {
    if (lineOf(source, outer.parent.getStart()) !== lineOf(source, node.getStart())) break;
    outer = outer.parent;
  }
  const ranges = ts.getLeadingCommentRanges(source.text, outer.getFullStart()) ?? [];
  return ranges.map((range) => source.text.slice(range.pos, range.end)).join('\n');
}

/** One module that a source names: in an import, a re-export, a type import or a dynamic import. */
export interface Import {
  readonly specifier: string;
  readonly node: ts.Node;
}

function specifierOf(node: ts.Node): ts.Expression | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  return undefined;
}

/** Every module that a source imports, types included. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  for (const node of nodes(source.tree)) {
    const specifier = specifierOf(node);
    if (specifier && ts.isStringLiteral(specifier)) found.push({ specifier: specifier.text, node });
  }
  return found;
}

/** The path from the top folder that a relative import leads to, or undefined for a package or a built-in. */
export function targetOf(source: Source, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return new URL(specifier, `file:///${source.path}`).pathname.slice(1);
}
