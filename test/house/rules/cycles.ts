/** Two files that need each other are one file, or three. */
import { importsOf, targetOf } from '../syntax.ts';
import type { Source } from '../tree.ts';

/** Rings of imports among sources, imports of types included: each as `a → b → a`. */
export function cycles(all: readonly Source[]): string[] {
  const graph = new Map(all.map((source) => [source.path, targets(source)]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) found.push([...trail.slice(seenAt), path].join(' → '));
    if (seenAt >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

const targets = (source: Source): string[] =>
  importsOf(source)
    .map(({ specifier }) => targetOf(source, specifier))
    .filter((target) => target !== undefined);
