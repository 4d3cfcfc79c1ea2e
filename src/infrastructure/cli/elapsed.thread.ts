import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { type ElapsedData, slot } from './elapsed.js';

/*
 * Writes how long the main thread has been at work, until it says that it has ended. It writes to the file descriptor itself: what a thread
 * writes to `process.stderr` is passed on by the main thread, which is busy.
 */
const { state, label, seconds, fd, every } = workerData as ElapsedData;
const began = Date.now();
const clear = '\r\u001B[K';
let isShown = false;
Atomics.store(state, slot.isRunning, 1);
while (Atomics.wait(state, slot.isEnded, 0, every) === 'timed-out') {
  const [done, total] = [Atomics.load(state, slot.done), Atomics.load(state, slot.total)];
  writeSync(fd, `${clear}${label}${total === 0 ? '' : ` ${done}/${total}`} ${Math.round((Date.now() - began) / 1000)} ${seconds}`);
  isShown = true;
}
if (isShown) writeSync(fd, clear);
Atomics.store(state, slot.isRunning, 0);
Atomics.notify(state, slot.isRunning);
