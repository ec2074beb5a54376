/** Every name that a file gives out is explained where it is made. */
import ts from 'typescript';
import { at } from '../syntax.ts';
import type { Rule, Source } from '../tree.ts';

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some((one) => one.kind === ts.SyntaxKind.ExportKeyword);

const isDocumented = (source: Source, node: ts.Statement): boolean => {
  const above = ts.getLeadingCommentRanges(source.text, node.getFullStart())?.at(-1);
  if (above === undefined || !source.text.startsWith('/**', above.pos)) return false;
  return source.text.slice(above.end, node.getStart()).trim() === '' && !isRoomParagraph(source, node, above);
};

/** The paragraph that opens a file, with an empty line below it, speaks of the room and not of the first export. */
const isRoomParagraph = (source: Source, node: ts.Statement, above: ts.CommentRange): boolean =>
  node === source.tree.statements[0] && /^\r?\n\r?\n/.test(source.text.slice(above.end));

/** Names of `export { … }` lists without a module; the declarations are in the same file. */
function listedNames(source: Source): Set<string> {
  const names = new Set<string>();
  for (const node of source.tree.statements) {
    if (!ts.isExportDeclaration(node) || node.moduleSpecifier || !node.exportClause) continue;
    if (!ts.isNamedExports(node.exportClause)) continue;
    for (const one of node.exportClause.elements) names.add((one.propertyName ?? one.name).text);
  }
  return names;
}

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map((one) => one.name.getText());
  const declares =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node);
  return declares && node.name ? [node.name.text] : [];
}

/** Every export has a docstring directly above; an overloaded function has it above its first form. */
export const documentedExports: Rule = (source) => {
  const listed = listedNames(source);
  const found: string[] = [];
  const explained = new Set<string>();
  for (const node of source.tree.statements) {
    const names = namesOf(node);
    if (!isExported(node) && !names.some((name) => listed.has(name))) continue;
    if (isDocumented(source, node)) for (const name of names) explained.add(name);
    else if (!names.every((name) => explained.has(name))) found.push(at(source, node, names.join(', ')));
  }
  return found;
};
