import { hash } from 'node:crypto';
import { decode } from '../../application/kernel/decode.js';
import type { Opening } from '../../application/kernel/sealing.js';
import type { EventReader } from '../../application/ports/event-log.js';
import { ballotFile, partLength } from '../../domain/platform/ballot-file.js';
import type { Counting } from '../../domain/platform/counting.js';
import { textOf } from '../../domain/platform/papers.js';
import type { BallotRow } from '../../projections/platform/ballots.js';
import { bytesOf, readText } from '../formats/encoding.js';
import { parsePabulib } from '../formats/pabulib.js';
import { markPabulib } from '../formats/pabulib-tables.js';
import { MalformedFile } from '../formats/text.js';
import { isOf, papersIn } from './pabulib-papers.js';
import type { GiveImported, Keys } from './pabulib-votes.js';

/** The .pb file of an import is kept with the ballot, byte for byte, because papers do not contain its metadata and other columns. */

const sha256Of = (file: Uint8Array): string => hash('sha256', file, 'hex');

/** Keeps a file with a ballot, part by part. False if another file is kept already, or the ballot can no longer keep one. */
export async function keepFile(file: Uint8Array, ballotId: string, give: GiveImported, key: Keys): Promise<boolean> {
  const text = Buffer.from(file).toString('base64');
  const parts = Math.ceil(text.length / partLength);
  const sha256 = sha256Of(file);
  for (let part = 1; part <= parts; part++) {
    const bytes = text.slice((part - 1) * partLength, part * partLength);
    const outcome = await give({
      command: 'KeepBallotFile',
      params: { id: ballotId },
      data: { sha256, part, parts, bytes },
      key: key('file', String(part)),
    });
    if ('refused' in outcome) return false;
  }
  return true;
}

/**
 * The imported file of a ballot with the column `selected` set to the result; null if none is kept, or if other votes than those of the
 * file were counted.
 */
export async function asFiled(
  log: EventReader,
  opening: Opening,
  { ballotId, declared }: Pick<BallotRow, 'ballotId' | 'declared'>,
  { papers }: Counting,
  winners: readonly string[],
): Promise<Uint8Array | null> {
  const kept = (await opening.shown(await log.read(`${ballotFile.stream}-${ballotId}`)))
    .map(decode)
    .flatMap((event) => (event.type === 'BallotFileKept' ? [event.data] : []));
  const last = kept.at(-1);
  if (last === undefined || last.part < last.parts) return null;
  const file = Buffer.from(kept.map(({ bytes }) => bytes).join(''), 'base64');
  if (sha256Of(file) !== last.sha256) return null;
  try {
    const source = readText(file);
    const parsed = parsePabulib(source.text);
    if (!isOf(parsed, declared)) return null; // the ballot has other options or costs than the file
    const sheet = { ...declared, index: Object.fromEntries(declared.options.map(({ optionId }, i) => [optionId, i])) };
    const said = new Map<string, number>();
    for (const { paper } of papersIn(parsed, sheet)) if (paper !== null) said.set(textOf(paper), (said.get(textOf(paper)) ?? 0) + 1);
    if (said.size !== papers.length || papers.some(({ paper, count }) => said.get(textOf(paper)) !== count)) return null;
    return bytesOf(markPabulib(source.text, new Set(winners)), source);
  } catch (error) {
    if (error instanceof MalformedFile) return null; // files can also be kept over REST, and need not be a .pb
    throw error;
  }
}
