/** A module holds no state: two servers in one process must not meet in it. */
import ts from 'typescript';
import { at, nodes } from '../syntax.ts';
import type { Rule, Source } from '../tree.ts';

const collections = new Set(['Map', 'Set', 'WeakMap', 'WeakSet']);
const changing = new Set(
  'push pop shift unshift splice sort reverse fill copyWithin set add delete clear'.split(' '),
);

/** No `let`, no changeable collection, no literal that is changed, at the top of a module. */
export const noModuleState: Rule = (source) => {
  const found: string[] = [];
  for (const statement of source.tree.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    if (!(statement.declarationList.flags & ts.NodeFlags.Const)) found.push(at(source, statement, 'let'));
    for (const one of statement.declarationList.declarations) {
      const what = stateOf(source, one);
      if (what !== undefined) found.push(at(source, one, `${one.name.getText()}: ${what}`));
    }
  }
  return [...found, ...staticState(source)];
};

function stateOf(source: Source, { name, type, initializer }: ts.VariableDeclaration): string | undefined {
  if (!initializer || !ts.isIdentifier(name)) return undefined;
  const said = type ?? (ts.isAsExpression(initializer) ? initializer.type : undefined);
  const value = ts.isAsExpression(initializer) ? initializer.expression : initializer;
  if (ts.isNewExpression(value) && collections.has(value.expression.getText()))
    return /^Readonly(?:Map|Set)\b/.test(said?.getText() ?? '')
      ? undefined
      : 'a collection that is not Readonly';
  if (ts.isRegularExpressionLiteral(value) && /\/[a-z]*[gy][a-z]*$/.test(value.text))
    return isUsedBy(source, name.text, new Set(['test', 'exec']))
      ? 'a pattern that keeps its place'
      : undefined;
  if (ts.isArrayLiteralExpression(value) || ts.isObjectLiteralExpression(value))
    return isChanged(source, name.text) ? 'a literal that is changed' : undefined;
  return undefined;
}

/** Whether `name.verb(…)` occurs for one of the verbs. */
function isUsedBy(source: Source, name: string, verbs: ReadonlySet<string>): boolean {
  return [...nodes(source.tree)].some(
    (node) =>
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.expression.getText() === name &&
      verbs.has(node.expression.name.text),
  );
}

const assigning = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;

function isChanged(source: Source, name: string): boolean {
  const isPart = (node: ts.Node): boolean =>
    (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
    node.expression.getText() === name;
  const assigns = (node: ts.Node): boolean =>
    (ts.isBinaryExpression(node) && assigning(node.operatorToken.kind) && isPart(node.left)) ||
    (ts.isDeleteExpression(node) && isPart(node.expression)) ||
    (ts.isCallExpression(node) &&
      node.expression.getText() === 'Object.assign' &&
      node.arguments[0]?.getText() === name);
  return isUsedBy(source, name, changing) || [...nodes(source.tree)].some(assigns);
}

function staticState(source: Source): string[] {
  return [...nodes(source.tree)].flatMap((node) => {
    if (!ts.isPropertyDeclaration(node)) return [];
    const kinds = new Set((ts.getModifiers(node) ?? []).map((one) => one.kind));
    const isState = kinds.has(ts.SyntaxKind.StaticKeyword) && !kinds.has(ts.SyntaxKind.ReadonlyKeyword);
    return isState ? [at(source, node, 'a static property that is not readonly')] : [];
  });
}
