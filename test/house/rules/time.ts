/** Time and chance come from one place each, so that a test can hold them in its hand. */
import ts from 'typescript';
import { at, importsOf, nodes } from '../syntax.ts';
import type { Rule } from '../tree.ts';

/** The file of a package that may read the hour and wait. */
const clock = /^packages\/[^/]+\/src\/(?:base\/)?clock\.ts$/;
const reads = new Set([
  'Date.now',
  'performance.now',
  'process.hrtime',
  'process.hrtime.bigint',
  'process.uptime',
]);
const waits = new Set(['setTimeout', 'setInterval', 'AbortSignal.timeout']);

function outsideTheClock(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  if (ts.isPropertyAccessExpression(node)) {
    const name = node.getText().replace(/^globalThis\./, '');
    if (name === 'Math.random') return 'Math.random: chance comes from node:crypto';
    if (reads.has(name) || waits.has(name)) return name;
  }
  if (ts.isIdentifier(node) && waits.has(node.text) && !isMember(node)) return node.text;
  return undefined;
}

/** A property or parameter of that name belongs to somebody else. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    (ts.isPropertyAssignment(parent) && parent.name === node) ||
    ts.isPropertySignature(parent)
  );
}

/** Only the clock reads the hour or waits; nothing uses `Math.random`. */
export const injectedTime: Rule = (source) => {
  if (clock.test(source.path)) return [];
  const timers = importsOf(source).filter(({ specifier }) => /^(?:node:)?timers\b/.test(specifier));
  const uses = [...nodes(source.tree)].flatMap((node) => {
    const what = outsideTheClock(node);
    return what === undefined ? [] : [at(source, node, what)];
  });
  return [...uses, ...timers.map(({ node, specifier }) => at(source, node, specifier))];
};
