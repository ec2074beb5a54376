/**
 * A server under strace: what it wrote to its files, when it waited for the disk, and which answers it gave, in the order
 * of its system calls. Requests carry a name of their own, so that an answer is known by the connection it goes out on.
 */
import { createReadStream } from 'node:fs';
import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The header that names a request. */
export const nameHeader = 'x-ledger';

/** What the kernel was told. Files are named by their last part. */
export type Call =
  | { readonly does: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly does: 'truncate'; readonly file: string; readonly size: number }
  | { readonly does: 'sync'; readonly file: string }
  | { readonly does: 'remove'; readonly file: string }
  /** The named request was answered with success. */
  | { readonly does: 'answer'; readonly name: string };

/** The arguments of strace that record what `readTrace` reads. */
export const recording = (path: string): readonly string[] => [
  '-fxx',
  '--string-limit=1000000',
  `--output=${path}`,
  '--signal=none',
  '--trace=openat,close,read,write,writev,pwrite64,ftruncate,fsync,fdatasync,unlink',
];

const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');

/** Reads a trace: calls on files of the folder, and answers, in order. */
export async function readTrace(path: string, folder: string): Promise<Call[]> {
  const calls: Call[] = [];
  const read = readerOf(resolve(folder), (call) => calls.push(call));
  const unfinished = new Map<string, string>();
  for await (const line of createInterface({ input: createReadStream(path, 'latin1') })) {
    const [, thread = '', said = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    if (said.endsWith(' <unfinished ...>')) {
      unfinished.set(thread, said.slice(0, -' <unfinished ...>'.length));
      continue;
    }
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(said) ?? [];
    read(rest === undefined ? said : `${unfinished.get(thread) ?? ''}${rest}`);
  }
  return calls;
}

type Step = readonly [pattern: RegExp, take: (parts: readonly string[]) => void];

/** What is open, by descriptor. */
interface Open {
  /** Files of the folder. */
  readonly files: Map<string, string>;
  /** Named requests that came on a connection and have no answer yet. */
  readonly asked: Map<string, string>;
  readonly tell: (call: Call) => void;
}

function readerOf(folder: string, tell: (call: Call) => void): (said: string) => void {
  const open: Open = { files: new Map(), asked: new Map(), tell };
  const steps = [...contentSteps(open), ...nameSteps(open, folder), ...connectionSteps(open)];
  return (said) => {
    for (const [pattern, take] of steps) {
      const parts = pattern.exec(said);
      if (parts) return take(parts);
    }
  };
}

/** What is written to files. */
function contentSteps({ files, tell }: Open): readonly Step[] {
  const onFile = (descriptor = '', take: (file: string) => void): void => {
    const file = files.get(descriptor);
    if (file !== undefined) take(file);
  };
  return [
    [
      /^pwrite64\((\d+), "([^"]*)", \d+, (\d+)\) += (\d+)/,
      ([, descriptor, text = '', at, count]) =>
        onFile(descriptor, (file) => {
          const bytes = bytesOf(text).subarray(0, Number(count));
          tell({ does: 'write', file, at: Number(at), bytes });
        }),
    ],
    [
      /^f(?:data)?sync\((\d+)\) += 0/,
      ([, descriptor]) => onFile(descriptor, (file) => tell({ does: 'sync', file })),
    ],
    [
      /^ftruncate\((\d+), (\d+)\) += 0/,
      ([, descriptor, size]) =>
        onFile(descriptor, (file) => tell({ does: 'truncate', file, size: Number(size) })),
    ],
  ];
}

/** What becomes of names and descriptors. */
function nameSteps({ files, asked, tell }: Open, folder: string): readonly Step[] {
  const inFolder = (text = ''): string | undefined => {
    const path = resolve(bytesOf(text).toString());
    return path.startsWith(`${folder}/`) ? basename(path) : undefined;
  };
  return [
    [
      /^unlink\("([^"]*)"\) += 0/,
      ([, text]) => {
        const file = inFolder(text);
        if (file !== undefined) tell({ does: 'remove', file });
      },
    ],
    [
      /^openat\([^"]*"([^"]*)".*\) += (\d+)$/,
      ([, text, descriptor = '']) => {
        const file = inFolder(text);
        if (file === undefined) files.delete(descriptor);
        else files.set(descriptor, file);
      },
    ],
    [
      /^close\((\d+)\)/,
      ([, descriptor = '']) => {
        files.delete(descriptor);
        asked.delete(descriptor);
      },
    ],
  ];
}

/** What comes and goes on connections. */
const connectionSteps = ({ files, asked, tell }: Open): readonly Step[] => [
  [
    /^read\((\d+), "([^"]*)"/,
    ([, descriptor = '', text = '']) => {
      if (files.has(descriptor)) return;
      const name = /\r\nx-ledger: (\S+)\r\n/i.exec(bytesOf(text).toString('latin1'))?.[1];
      if (name !== undefined) asked.set(descriptor, name);
    },
  ],
  [
    /^writev?\((\d+), (?:\[\{iov_base=)?"([^"]*)"/,
    ([, descriptor = '', text = '']) => {
      const name = asked.get(descriptor);
      if (name === undefined || !bytesOf(text).toString('latin1').startsWith('HTTP/1.1 2')) return;
      asked.delete(descriptor);
      tell({ does: 'answer', name });
    },
  ],
];
