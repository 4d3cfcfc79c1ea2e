import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventReader } from '../../application/ports/event-log.js';
import type { TrailEnd, TrailStore } from '../../application/ports/trail.js';
import { type Foreign, foreignTo } from '../../application/projecting/foreign.js';
import { eventsAfter } from '../../application/projecting/lag.js';
import type { Checked, Difference, OnReplay } from '../../application/projecting/rebuild.js';
import { endOf, type Span, usualLayout } from '../../application/trail/segment.js';
import { trailVersion } from '../../application/trail/subjects.js';
import { readSegment, TrailWriter } from '../../application/trail/writer.js';
import { sha256 } from '../../domain/shared/sha256.js';
import { beginning, type Position } from '../../projections/position.js';
import { SqliteTrail } from './sqlite/store.js';

/* What commands do with the index of the audit trail, wherever it is. */

const blockSize = 2 ** usualLayout.levels[0]!;
/** How the commands name it, beside the projections. */
export const trailName = 'audit';
const never = new AbortController().signal;

export interface TrailState {
  readonly name: string;
  readonly version: number;
  readonly state: 'live' | 'not built';
  /** Up to where the index answers: the last events, less than a block, are always read from the log. */
  readonly position: Position;
  /** How many more events than that are not in the index yet. */
  readonly lag: number;
}

/** How far the index has come. @param trail null if there is none */
export const stateOf = async (log: EventReader, trail: TrailStore | null): Promise<TrailState> => reachOf(log, await endOfOwn(trail));

/** Makes the index again from the whole log. @param trail empty */
export async function make(log: EventReader, trail: TrailStore, onReplay: OnReplay): Promise<TrailState> {
  const writer = await TrailWriter.open(log, trail);
  await writer.catchUp(never, undefined, (done) => onReplay({ done }));
  return reachOf(log, await trail.end());
}

/**
 * Makes the index in a temporary folder, up to where the present one ends, and compares the two byte for byte. Null if there should be an
 * index, and is none of this version.
 */
export async function checkIndex(log: EventReader, trail: TrailStore | null, onReplay: OnReplay): Promise<Checked | null> {
  const scratchFolder = mkdtempSync(join(tmpdir(), 'wuwei-check-'));
  const scratch = SqliteTrail.create(scratchFolder);
  try {
    const end = await endOfOwn(trail);
    const { state, ...reach } = await reachOf(log, end);
    if (state === 'not built') return null;
    const checked = { ...reach, failure: null, difference: null, foreign: await foreign(log, end) };
    if (checked.foreign !== null || !trail || end === null) return checked;
    const writer = await TrailWriter.open(log, scratch);
    await writer.catchUp(never, end.position, (done) => onReplay({ done }));
    return { ...checked, difference: await firstDifference(trail, scratch) };
  } finally {
    scratch.close();
    rmSync(scratchFolder, { recursive: true });
  }
}

async function foreign(log: EventReader, end: TrailEnd | null): Promise<Foreign | null> {
  return end && foreignTo(log)({ name: trailName, version: end.version, lastEvent: { id: end.eventId, position: end.position } });
}

async function reachOf(log: EventReader, end: TrailEnd | null): Promise<TrailState> {
  const [head, position] = [await log.position(), end?.position ?? beginning];
  const rest = (await eventsAfter(log, [position], head))(position);
  const isWhole = rest < blockSize;
  const state = end === null && !isWhole ? 'not built' : 'live';
  return { name: trailName, version: trailVersion, state, position: isWhole ? head : position, lag: isWhole ? 0 : rest };
}

/** Where an index of this version ends. */
async function endOfOwn(trail: TrailStore | null): Promise<TrailEnd | null> {
  const end = await trail?.end();
  return end?.version === trailVersion ? end : null;
}

async function firstDifference(live: TrailStore, rebuilt: TrailStore): Promise<Difference | null> {
  const [own, other] = [await contentOf(live), await contentOf(rebuilt)];
  const key = [...new Set([...own.keys(), ...other.keys()])].find((one) => own.get(one) !== other.get(one));
  return key === undefined ? null : { key, live: own.get(key) ?? null, rebuilt: other.get(key) ?? null };
}

/** The hash of each segment, with the positions of its events. */
async function contentOf(trail: TrailStore): Promise<ReadonlyMap<string, string>> {
  const content = new Map<string, string>();
  for (const span of await trail.segments())
    content.set(
      `segment of 2^${span.bits} events from number ${span.start} on`,
      await hashOf(trail, span).catch((error: Error) => error.message),
    );
  return content;
}

async function hashOf(trail: TrailStore, span: Span): Promise<string> {
  const { hot, zones, parts } = await readSegment(trail, span);
  const texts = [hot, zones, ...parts].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64'),
  );
  for (let start = span.start; start < endOf(span); start += blockSize) {
    const { first, distances } = await trail.block(start);
    texts.push(`${first} ${distances.join()}`);
  }
  return sha256(texts.join('\n'));
}
