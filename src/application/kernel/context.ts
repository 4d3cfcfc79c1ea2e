import type { AnyProjection } from '../../projections/projection.js';
import type { Policies } from '../process/policy.js';
import type { CommandDefinition } from './command.js';
import type { QueryDefinition } from './query.js';
import type { Recount } from './recount.js';
import type { RefusalTexts } from './texts.js';
import type { Seal } from './withholding.js';

/** By type of the event which says that a key is destroyed. */
export type Destructions = Readonly<
  Record<
    string,
    {
      /** The type of the event of the same stream after which the key is destroyed. */
      readonly after: string;
      /** The owner of the key, by the id of the stream. */
      readonly owner: (aggregateId: string) => string;
    }
  >
>;

/** A bounded context: its commands, queries, projections, policies and texts. `contexts.ts` lists all contexts. */
export interface ContextDefinition {
  readonly name: string;
  readonly commands: readonly CommandDefinition[];
  readonly queries: readonly QueryDefinition[];
  readonly policies?: Policies;
  readonly refusals: RefusalTexts<string>;
  readonly projections: readonly AnyProjection[];
  /** Which of its events are withheld, and until when. */
  readonly seals?: readonly Seal[];
  /** The types of its events which say that a key is destroyed. */
  readonly destructions?: Destructions;
  /** Derives its published results from the log again, for `wuwei recompute`. */
  readonly recount?: () => Recount;
}

/** Keeps the literal types of the refusal codes, so that the compiler knows which codes have a text. */
export const defineContext = <const C extends ContextDefinition>(context: C): C => context;
