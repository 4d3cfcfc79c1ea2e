import { SingleBar } from 'cli-progress';

/** Milliseconds between two lines if there is no bar. */
const every = 2_000;

/** Shows progress. Without a total, what is done are events. */
export interface Progress {
  readonly update: (progress: { readonly done: number; readonly total?: number }) => void;
  /** Prints the last state. */
  readonly end: () => void;
}

/** On standard error: a bar on a terminal; elsewhere a line every two seconds and one at the end. */
export function progressOf(label: string): Progress {
  if (process.stderr.isTTY) {
    let bar: SingleBar | null = null;
    return {
      update: ({ done, total }) => {
        if (bar) return bar.update(done);
        const format = total === undefined ? `${label} {value} events` : `${label} {bar} {percentage}% {value}/{total}`;
        bar = new SingleBar({ format, stream: process.stderr }); // with the cursor, which Ctrl-C would leave hidden
        bar.start(total ?? 0, done);
      },
      end: () => {
        bar?.stop();
        bar = null;
      },
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
      pending = `${label}: ${done}${total === undefined ? ' events' : ` of ${total}`}\n`;
      if (Date.now() - writtenAt >= every) write();
    },
    end: write,
  };
}

/** Progress of work that holds the event loop: a bar on a terminal, and nothing elsewhere. No signal is caught, so Ctrl-C ends the work. */
export const barOnTerminal = (label: string): Progress =>
  process.stderr.isTTY ? progressOf(label) : { update: () => undefined, end: () => undefined };
