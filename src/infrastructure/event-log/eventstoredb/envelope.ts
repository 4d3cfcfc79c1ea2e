import { binaryEvent, type EventData, jsonEvent, type RecordedEvent } from '@eventstore/db-client';
import { LogCorrupt, type NewEvent, type StoredEvent } from '../../../application/ports/event-log.js';
import { positionOf } from '../../../projections/position.js';

/*
 * An event as EventStoreDB keeps it. The id, the type and the stream are the engine's own. Everything else of the envelope is in the
 * metadata, with the names that the engine's own views follow (`$correlationId`, `$causationId`).
 */

/** The metadata. `meta` is text: its bytes must come back as they were, and the client would write an object anew. */
interface Metadata {
  readonly $correlationId: string | undefined;
  readonly $causationId: string | undefined;
  readonly schemaVersion: number;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly meta: string;
}

/**
 * Data as JSON, so that the engine shows it, if the client gives back the same text; as bytes otherwise. The metadata is JSON too, but is
 * given as bytes: of an object the client makes Base64, and decodes it twice.
 */
export function toEngine({ id, type, schemaVersion, occurredAt, recordedAt, data, meta }: NewEvent): EventData {
  const { correlation, causation } = parsedOr(meta, {}) as { correlation?: unknown; causation?: unknown };
  const metadata = bytesOf({
    $correlationId: textIn(correlation),
    $causationId: textIn(causation),
    schemaVersion,
    occurredAt,
    recordedAt,
    meta,
  });
  const value = parsedOr(data, null) as object | null;
  return value !== null && JSON.stringify(value) === data
    ? jsonEvent({ id, type, data: value as Record<string, unknown>, metadata })
    : binaryEvent({ id, type, data: Buffer.from(data), metadata });
}

const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The client makes JSON of everything but a plain array of bytes. */
function bytesOf(metadata: Metadata): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(JSON.stringify(metadata));
  return new Uint8Array(buffer, byteOffset, length);
}

/** @throws LogCorrupt if another program wrote it */
export function fromEngine({ id, type, streamId: stream, revision, position, data, metadata, isJson }: RecordedEvent): StoredEvent {
  const { schemaVersion, occurredAt, recordedAt, meta } = (metadata ?? {}) as Partial<Metadata>;
  if (schemaVersion === undefined || occurredAt === undefined || recordedAt === undefined || meta === undefined || position === undefined)
    throw new LogCorrupt(
      `The event store holds events of another program: event ${id} of stream ${stream} was not written by Wuwei. ` +
        'Name an event store of its own. ' +
        `事件库中有其他程序的事件（流 ${stream} 的事件 ${id}）：请为本系统指定专用的事件库。`,
    );
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
