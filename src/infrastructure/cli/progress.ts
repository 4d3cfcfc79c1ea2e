import { SingleBar } from 'cli-progress';

/** Milliseconds between two lines if there is no bar. */
const every = 2_000;

/** Shows progress. */
export interface Progress {
  readonly update: (progress: { readonly done: number; readonly total: number }) => void;
  /** Prints the last state. */
  readonly end: () => void;
}

/** On standard error: a bar on a terminal; elsewhere a line every two seconds and one at the end. */
export function progressOf(label: string): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({ format: `${label} {bar} {percentage}% {value}/{total}`, hideCursor: true, stream: process.stderr });
    let isShown = false;
    return {
      update: ({ done, total }) => {
        if (!isShown) bar.start(total, done);
        isShown = true;
        bar.update(done);
      },
      end: () => bar.stop(),
    };
  }
  let writtenAt = Date.now();
  let pending: string | null = null;
  const write = () => {
    if (pending !== null) process.stderr.write(pending);
    pending = null;
    writtenAt = Date.now();
  };
  return {
    update: ({ done, total }) => {
      pending = `${label}: ${done} of ${total}\n`;
      if (Date.now() - writtenAt >= every) write();
    },
    end: write,
  };
}
