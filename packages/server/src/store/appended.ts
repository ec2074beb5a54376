/**
 * What bodies append to lines and what is written later, all of a line at once: the row that counts is read and written once
 * for many records.
 */
import type { Line, Sql, Statement } from './sql.ts';

/** What waits to be appended. */
export interface Appended {
  add<Item>(line: Line<Item>, item: Item): void;
  /** Takes the numbers of what waits, line by line in the order of their names; returns what is to be written. */
  take(sql: Sql): Promise<readonly Statement[]>;
  /** Hands on what waits, in its order, and waits with nothing itself. */
  pour(into: Appended): void;
  clear(): void;
}

interface Waiting {
  readonly name: string;
  add(item: unknown): void;
  take(sql: Sql): Promise<readonly Statement[]>;
  pour(into: Appended): void;
}

/** Makes one with nothing in it. */
export function createAppended(): Appended {
  const lines = new Map<object, Waiting>();
  return {
    add: (line, item) => {
      const waiting = lines.get(line) ?? waitingFor(line);
      lines.set(line, waiting);
      waiting.add(item);
    },
    take: async (sql) => {
      if (lines.size === 0) return [];
      const inOrder = [...lines.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
      lines.clear();
      return (await Promise.all(inOrder.map((waiting) => waiting.take(sql)))).flat();
    },
    pour: (into) => {
      for (const waiting of lines.values()) waiting.pour(into);
      lines.clear();
    },
    clear: () => lines.clear(),
  };
}

function waitingFor<Item>(line: Line<Item>): Waiting {
  const items: Item[] = [];
  return {
    name: line.name,
    // Only items of this line are handed here.
    add: (item) => void items.push(item as Item),
    take: (sql) => line.take(sql, items),
    pour: (into) => {
      for (const item of items) into.add(line, item);
    },
  };
}
