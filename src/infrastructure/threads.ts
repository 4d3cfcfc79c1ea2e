import { Worker } from 'node:worker_threads';

/**
 * Starts a worker thread whose entry file lies beside the module that asks for it.
 * Jest runs the sources, but a thread cannot load TypeScript: there the built file is taken, which `npm test` makes first.
 * @param from `import.meta.url` of the module that asks
 * @param entry file name of the entry, ending in `.js`, relative to that module
 * @param workerData what the thread finds in its `workerData`
 */
export const startThread = (from: string, entry: string, workerData: unknown): Worker => new Worker(threadFile(from, entry), { workerData });

/** Where the built entry file of a thread is. */
export function threadFile(from: string, entry: string): URL {
  const file = new URL(entry, from).href;
  const sources = file.lastIndexOf('/src/');
  return new URL(from.endsWith('.ts') && sources >= 0 ? `${file.slice(0, sources)}/dist/${file.slice(sources + '/src/'.length)}` : file);
}
