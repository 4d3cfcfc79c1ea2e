import { SingleBar } from 'cli-progress';

/** Milliseconds between two lines where no bar can be drawn. */
const every = 2_000;

/** Tells how far something has come. */
export interface Progress {
  readonly update: (progress: { readonly done: number; readonly total: number }) => void;
  /** Nothing more comes of it. */
  readonly end: () => void;
}

/** On standard error: a bar where somebody can see it move, a line now and then and one at the end otherwise. */
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
  let told = Date.now();
  let untold: string | null = null;
  const tell = () => {
    if (untold !== null) process.stderr.write(untold);
    untold = null;
    told = Date.now();
  };
  return {
    update: ({ done, total }) => {
      untold = `${label}: ${done} of ${total}\n`;
      if (Date.now() - told >= every) tell();
    },
    end: tell,
  };
}
