import { hash } from 'node:crypto';
import { utf8 } from './bytes.ts';

/*
 * A Bloom filter: a set of texts in a few bits an entry. It never forgets an entry; it mistakes a stranger for
 * an entry at the rate it was built for. Both halves live here so that writer and reader cannot drift apart.
 * It knows nothing of what its texts mean.
 */

/** A filter as it is stored. */
export interface BloomData {
  /** The bit field; bit n is `bits[n >> 3] & (1 << (n & 7))`. */
  readonly bits: Uint8Array;
  /** Bits set for each entry. */
  readonly hashes: number;
  /** Entries put in. */
  readonly count: number;
}

/** A filter as it is asked. */
export interface BloomFilter {
  /** False: certainly not an entry. True: an entry, but for the rate of false positives. */
  has(text: string): boolean;
}

/** The reading half: a filter over stored bits, which are used in place and not copied. */
export function bloomFilter(data: BloomData): BloomFilter {
  const size = data.bits.length * 8;
  return {
    has: (text) =>
      positions(text, { size, hashes: data.hashes }).every(
        (at) => ((data.bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0,
      ),
  };
}

/**
 * The writing half: the smallest filter of these texts whose rate of false positives is about `rate`
 * (0 < rate < 1). Equal input in any order gives equal bytes; texts given twice count once.
 */
export function buildBloom(texts: Iterable<string>, rate: number): BloomData {
  const entries = new Set(texts);
  const count = entries.size;
  // The textbook optimum: size = -n·ln(rate) / ln²2, and hashes = size/n · ln 2 = -log₂(rate).
  const bits = new Uint8Array(Math.max(8, Math.ceil((-count * Math.log(rate)) / Math.LN2 ** 2 / 8)));
  const hashes = Math.max(1, Math.round(-Math.log2(rate)));
  for (const text of entries) {
    for (const at of positions(text, { size: bits.length * 8, hashes })) {
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7));
    }
  }
  return { bits, hashes, count };
}

/**
 * Where the bits of a text are: enhanced double hashing from one SHA-256. The step itself grows by i each time,
 * because with plain double hashing a step that divides the size would visit few distinct bits.
 */
function positions(text: string, { size, hashes }: { size: number; hashes: number }): readonly number[] {
  const digest = hash('sha256', utf8(text), 'buffer');
  let at = digest.readUIntBE(0, 6) % size;
  let step = digest.readUIntBE(6, 6) % size;
  const found: number[] = [];
  for (let i = 1; i <= hashes; i += 1) {
    found.push(at);
    at = (at + step) % size;
    step = (step + i) % size;
  }
  return found;
}
