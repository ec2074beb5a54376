/** Budgets of size: what is longer than a reader can hold is divided, or says in one sentence why not. */
import ts from 'typescript';
import { at, commentAbove, nodes } from '../syntax.ts';
import type { Rule, Source } from '../tree.ts';

const fileLines = 300;
const functionLines = 50;
const parameters = 3;
const reason = /\bbudget: \w+.*/;

/** Printed by a tool, never read. */
const data = 'packages/server/src/domain/accounts/common-passwords.bloom.ts';

/** How many lines a file has. */
export const lineCount = (source: Source): number => source.text.replace(/\n$/, '').split('\n').length;

/** A file has at most 300 lines, unless its first lines say `budget:` and why. */
export const shortFile: Rule = (source) => {
  const lines = lineCount(source);
  const head = source.text.split('\n', 10).join('\n');
  return lines <= fileLines || source.path === data || reason.test(head)
    ? []
    : [`${source.path} ${lines} lines`];
};

/** A function has at most 50 lines, unless `// budget:` and why stands directly above it. */
export const shortFunction: Rule = (source) => {
  const found: string[] = [];
  for (const node of nodes(source.tree)) {
    if (!ts.isFunctionLike(node) || isGroupOfTests(source, node)) continue;
    const lines = node.getText().split('\n').length;
    if (lines > functionLines && !reason.test(commentAbove(source, node)))
      found.push(at(source, node, `${nameOf(node)}: ${lines} lines`));
  }
  return found;
};

/** The body of a `describe` is a list of tests, not one train of thought. */
function isGroupOfTests(source: Source, node: ts.Node): boolean {
  if (!source.path.endsWith('.test.ts') || !ts.isCallExpression(node.parent)) return false;
  return /^describe\b/.test(node.parent.expression.getText());
}

/** A function takes at most three positional parameters, else one named object. */
export const fewParameters: Rule = (source) => {
  const found: string[] = [];
  for (const node of nodes(source.tree)) {
    if (!ts.isFunctionLike(node)) continue;
    const count = node.parameters.filter((one) => one.name.getText() !== 'this').length;
    if (count > parameters && !reason.test(commentAbove(source, node)))
      found.push(at(source, node, `${nameOf(node)}: ${count} parameters`));
  }
  return found;
};

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText();
  const { parent } = node;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : 'a function';
}
