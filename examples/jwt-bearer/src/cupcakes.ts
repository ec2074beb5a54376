/** The shop's own table. What makes a cupcake worth its price, the instructions, is never written down in the open. */
import { CannotStart, openDatabase } from '@doorward/examples-kit';
import { createSeal } from './seal.ts';

/** What somebody puts up. */
export interface Recipe {
  readonly title: string;
  readonly flavor: string;
  readonly instructions: string;
}

/** What stands in the shop. */
export interface Cupcake extends Recipe {
  readonly id: number;
}

/** The shop's shelf. */
export interface Cupcakes {
  add(recipe: Recipe): Cupcake;
  find(id: number): Cupcake | undefined;
  /** All, or those of one flavor; first come first. */
  list(flavor?: string): Cupcake[];
  close(): void;
}

/** Opens or makes the table. Throws `CannotStart` when its instructions were encrypted under another key. */
export function openCupcakes(file: string, encryptionKey: string): Cupcakes {
  const seal = createSeal(encryptionKey);
  const database = openDatabase(
    file,
    `CREATE TABLE IF NOT EXISTS cupcakes (
      id INTEGER PRIMARY KEY, title TEXT NOT NULL, flavor TEXT NOT NULL, instructions BLOB NOT NULL
    ) STRICT`,
  );
  const insert = database.prepare('INSERT INTO cupcakes (title, flavor, instructions) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT * FROM cupcakes WHERE id = ?');
  const all = database.prepare('SELECT * FROM cupcakes WHERE ? IS NULL OR flavor = ? ORDER BY id');
  const first = database.prepare('SELECT * FROM cupcakes LIMIT 1');
  const cupcake = (row: Record<string, unknown>): Cupcake => {
    const { id, title, flavor, instructions } = row as Row;
    return { id, title, flavor, instructions: seal.open(instructions, labelOf({ title, flavor })) };
  };
  const known = first.get();
  try {
    if (known) cupcake(known);
  } catch {
    database.close();
    throw new CannotStart('ENCRYPTION_KEY is not the one that the cupcakes were encrypted under.');
  }
  return {
    add: (recipe) => {
      const { title, flavor, instructions } = recipe;
      const { lastInsertRowid } = insert.run(title, flavor, seal.close(instructions, labelOf(recipe)));
      return { id: Number(lastInsertRowid), ...recipe };
    },
    find: (id) => {
      const row = select.get(id);
      return row && cupcake(row);
    },
    list: (flavor) => all.all(flavor ?? null, flavor ?? null).map((row) => cupcake(row)),
    close: () => database.close(),
  };
}

type Row = Omit<Cupcake, 'instructions'> & { readonly instructions: Uint8Array };

/** Whose instructions these are: sealed with them, so that they cannot be moved to another cupcake in the file. */
const labelOf = ({ title, flavor }: Pick<Recipe, 'title' | 'flavor'>): string =>
  JSON.stringify([title, flavor]);
