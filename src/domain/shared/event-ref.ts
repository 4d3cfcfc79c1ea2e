import { Id, Int } from './fields.js';

/** Names a recorded event inside another event. It is the same on every engine, which a log position is not (docs/adr/0015). */
export class EventRef {
  @Id() eventId!: string;
  /** Its revision in its stream, from 0. */
  @Int(0, Number.MAX_SAFE_INTEGER) revision!: number;
}
