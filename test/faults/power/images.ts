/**
 * What may be on the disk after the power went: everything up to a file's last fsync, and of each later write all, nothing
 * or the first sectors. Deletions count as done, which is the worse case for whoever deletes too early.
 */
import type { Chance } from '../chance.ts';
import type { Call } from './trace.ts';

/** A disk as it may be found, and whose answers had gone out by then. */
export interface Image {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly answered: ReadonlySet<string>;
}

type FileCall = Extract<Call, { does: 'write' | 'truncate' }>;

const sector = 512;

/** Makes so many images, each of a moment that chance chose, from the first answer on. */
export function* imagesOf(calls: readonly Call[], count: number, chance: Chance): Generator<Image> {
  const first = calls.findIndex(({ does }) => does === 'answer');
  const cuts = Array.from({ length: count }, () => chance.between(first + 1, calls.length)).sort(
    (a, b) => a - b,
  );
  const disk = new Map<string, Buffer>();
  const unsynced = new Map<string, FileCall[]>();
  const answered = new Set<string>();
  let at = 0;
  for (const cut of cuts) {
    for (; at < cut; at += 1) apply(calls[at], { disk, unsynced, answered });
    const files = new Map(disk);
    for (const [file, late] of unsynced)
      for (const call of late) {
        const part = chance.between(0, 1) === 0 ? undefined : perhapsTorn(call, chance);
        if (part) files.set(file, written(Buffer.from(files.get(file) ?? []), part));
      }
    yield { files, answered: new Set(answered) };
  }
}

interface Machine {
  readonly disk: Map<string, Buffer>;
  readonly unsynced: Map<string, FileCall[]>;
  readonly answered: Set<string>;
}

function apply(call: Call | undefined, { disk, unsynced, answered }: Machine): void {
  if (call?.does === 'answer') answered.add(call.name);
  else if (call?.does === 'remove') {
    disk.delete(call.file);
    unsynced.delete(call.file);
  } else if (call?.does === 'sync') {
    // A copy: images of before hold on to what they have.
    let content = Buffer.from(disk.get(call.file) ?? []);
    for (const late of unsynced.get(call.file) ?? []) content = written(content, late);
    disk.set(call.file, content);
    unsynced.delete(call.file);
  } else if (call) unsynced.set(call.file, [...(unsynced.get(call.file) ?? []), call]);
}

function perhapsTorn(call: FileCall, chance: Chance): FileCall {
  if (call.does === 'truncate' || chance.between(1, 10) > 3) return call;
  const sectors = chance.between(0, Math.floor(call.bytes.length / sector));
  return { ...call, bytes: call.bytes.subarray(0, sectors * sector) };
}

/** The content after a call; bytes that nobody wrote are zero. */
function written(content: Buffer<ArrayBuffer>, call: FileCall): Buffer<ArrayBuffer> {
  if (call.does === 'truncate')
    return call.size <= content.length
      ? content.subarray(0, call.size)
      : Buffer.concat([content, Buffer.alloc(call.size - content.length)]);
  const end = call.at + call.bytes.length;
  const grown =
    end <= content.length ? content : Buffer.concat([content, Buffer.alloc(end - content.length)]);
  call.bytes.copy(grown, call.at);
  return grown;
}
