import { binaryEvent, type EventData, jsonEvent, type RecordedEvent } from '@eventstore/db-client';
import type { NewEvent, StoredEvent } from '../../../application/ports/event-log.js';
import { positionOf } from '../../../projections/position.js';

/*
 * An event as EventStoreDB keeps it. The id, the type and the stream are the engine's own. Everything else of the envelope is in the
 * metadata, with the names that the engine's own views follow (`$correlationId`, `$causationId`).
 */

/** The metadata. `meta` is text: its bytes must come back as they were, and the client would write an object anew. */
interface Metadata {
  readonly $correlationId?: string;
  readonly $causationId?: string;
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly meta: string;
}

/** Data as JSON, so that the engine shows it, if the client gives back the same text; as bytes otherwise. */
export function toEngine({ id, type, schemaVersion, occurredAt, recordedAt, data, meta }: NewEvent): EventData {
  const { correlation, causation } = parsedOr(meta, {}) as { correlation?: unknown; causation?: unknown };
  const metadata = {
    ...(typeof correlation === 'string' && { $correlationId: correlation }),
    ...(typeof causation === 'string' && { $causationId: causation }),
    schemaVersion,
    occurredAt,
    recordedAt,
    meta,
  } satisfies Metadata;
  const value = parsedOr(data, null) as object | null;
  return value !== null && JSON.stringify(value) === data
    ? jsonEvent({ id, type, data: value as Record<string, unknown>, metadata })
    : binaryEvent({ id, type, data: Buffer.from(data), metadata });
}

/** @throws TypeError if another program wrote it */
export function fromEngine({ id, type, streamId: stream, revision, position, data, metadata, isJson }: RecordedEvent): StoredEvent {
  const { schemaVersion, occurredAt, recordedAt, meta } = (metadata ?? {}) as Partial<Metadata>;
  if (schemaVersion === undefined || occurredAt === undefined || recordedAt === undefined || meta === undefined || position === undefined)
    throw new TypeError(`event ${id} of stream ${stream} was not written by Wuwei: its metadata is another`);
  return {
    id,
    type,
    schemaVersion,
    occurredAt,
    recordedAt,
    data: isJson ? JSON.stringify(data) : Buffer.from(data).toString('utf8'),
    meta,
    stream,
    revision: Number(revision),
    position: positionOf(position.commit),
  };
}

function parsedOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return otherwise; // not JSON: kept as bytes
  }
}
