import { type KeyObject, sign } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const mark = 'doorward-sign';

if (!isMainThread && workerData === mark) {
  parentPort?.on('message', ({ key, texts }: { key: KeyObject; texts: string[] }) => {
    parentPort?.postMessage(texts.map((text) => sign(null, Buffer.from(text), key).toString('base64url')));
  });
}

export function startThread(): (key: KeyObject, group: { text: string; give(s: string): void }[]) => void {
  const worker = new Worker(new URL(import.meta.url), {
    workerData: mark,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  worker.unref();
  const under: { text: string; give(s: string): void }[][] = [];
  worker.on('message', (signed: string[]) => {
    const group = under.shift() ?? [];
    signed.forEach((s, at) => group[at]?.give(s));
  });
  return (key, group) => {
    under.push(group);
    worker.postMessage({ key, texts: group.map(({ text }) => text) });
  };
}
