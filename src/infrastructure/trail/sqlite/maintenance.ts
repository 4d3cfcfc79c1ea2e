import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventReader } from '../../../application/ports/event-log.js';
import type { TrailEnd } from '../../../application/ports/trail.js';
import { type Foreign, foreignTo } from '../../../application/projecting/foreign.js';
import { eventsAfter } from '../../../application/projecting/lag.js';
import type { Checked, Difference, OnReplay } from '../../../application/projecting/rebuild.js';
import { endOf, type Span, usualLayout } from '../../../application/trail/segment.js';
import { trailVersion } from '../../../application/trail/subjects.js';
import { readSegment, TrailWriter } from '../../../application/trail/writer.js';
import { sha256 } from '../../../domain/shared/sha256.js';
import { beginning, type Position } from '../../../projections/position.js';
import { lockFolder } from '../../event-log/sqlite/lock.js';
import { openLogReader } from '../../event-log/sqlite/reader.js';
import { removeTrail, SqliteTrail } from './store.js';

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

/** How far the index of the audit trail of a folder has come. Changes nothing in the folder. */
export const trailState = (folder: string): Promise<TrailState> =>
  withFiles(folder, async (log, trail) => reachOf(log, await endOfOwn(trail)));

/** Makes the index of the audit trail again from the whole log. No server may be running. @throws DataFolderInUse if one is */
export async function rebuildTrail(folder: string, onReplay: OnReplay): Promise<TrailState> {
  const unlock = lockFolder(folder);
  try {
    const log = openLogReader(folder);
    removeTrail(folder);
    const trail = SqliteTrail.create(folder);
    try {
      const writer = await TrailWriter.open(log, trail);
      await writer.catchUp(never, undefined, (done) => onReplay({ done }));
      return await reachOf(log, await trail.end());
    } finally {
      trail.close();
      log.close();
    }
  } finally {
    unlock();
  }
}

/**
 * Makes the index in a temporary folder, up to where the present one ends, and compares the two byte for byte. A server may be running.
 * Null if there should be an index, and is none of this version.
 */
export const checkTrail = (folder: string, onReplay: OnReplay): Promise<Checked | null> =>
  withFiles(folder, async (log, trail) => {
    const unpin = trail?.pin();
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
      unpin?.();
      scratch.close();
      rmSync(scratchFolder, { recursive: true });
    }
  });

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
async function endOfOwn(trail: SqliteTrail | null): Promise<TrailEnd | null> {
  const end = await trail?.end();
  return end?.version === trailVersion ? end : null;
}

async function firstDifference(live: SqliteTrail, rebuilt: SqliteTrail): Promise<Difference | null> {
  const [own, other] = [await contentOf(live), await contentOf(rebuilt)];
  const key = [...new Set([...own.keys(), ...other.keys()])].find((one) => own.get(one) !== other.get(one));
  return key === undefined ? null : { key, live: own.get(key) ?? null, rebuilt: other.get(key) ?? null };
}

/** The hash of each segment, with the positions of its events. */
async function contentOf(trail: SqliteTrail): Promise<ReadonlyMap<string, string>> {
  const content = new Map<string, string>();
  for (const span of await trail.segments())
    content.set(
      `segment of 2^${span.bits} events from number ${span.start} on`,
      await hashOf(trail, span).catch((error: Error) => error.message),
    );
  return content;
}

async function hashOf(trail: SqliteTrail, span: Span): Promise<string> {
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

async function withFiles<T>(folder: string, work: (log: EventReader, trail: SqliteTrail | null) => Promise<T>): Promise<T> {
  const log = openLogReader(folder);
  try {
    const trail = SqliteTrail.existing(folder);
    try {
      return await work(log, trail);
    } finally {
      trail?.close();
    }
  } finally {
    log.close();
  }
}
