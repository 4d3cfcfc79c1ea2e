import type { Logger } from 'pino';

/** Connection strings, as the documentation of each engine writes them. */
export interface Engines {
  readonly eventstore: string;
  readonly mongodb: string;
}

export interface StoreSettings {
  readonly folder: string;
  /** Where log, read models and keys are kept instead of in the folder. */
  readonly engines?: Engines | null;
  /** On the engines: false if other processes keep the rows up to date. */
  readonly projects?: boolean;
  /** On the engines: false if this process neither seals nor opens personal data; then it needs no master key. */
  readonly opensKeys?: boolean;
  /** On the engines: seconds after which the work of a process that was killed is done by another. */
  readonly takeover?: number;
  /** The file of the master key; empty: `master.key` in the folder. */
  readonly masterKeyFile?: string;
  /** Continue with a log whose last events are missing. */
  readonly acceptLoss?: boolean;
  /** Continue without the keys of personal data, if they are lost. */
  readonly acceptLostKeys?: boolean;
  readonly logger: Logger;
}

/** The stores as they are opened, one after another. */
export type Opened = { readonly close: () => void | Promise<void> }[];
