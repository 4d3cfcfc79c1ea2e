import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Language } from '../../domain/voting/words.js';
import { dominionFiles, dominionManifests } from '../formats/dominion-json.js';
import { endedByRepeatedMarks, type Reading } from '../formats/election.js';
import { type FileBytes, formatTitles, readElection, type ReadElection } from '../formats/formats.js';
import { MalformedFile, type Words } from '../formats/text.js';
import { UsageError } from './common.js';

/* What the commands that read a file of ballots share: reading it, and telling what is wrong in both languages. */

/** Why a file cannot be used as asked. */
export class Unusable extends Error {
  override readonly name = 'Unusable';

  constructor(readonly words: Words) {
    super(words.en);
  }
}

export function unusable(words: Words): never {
  throw new Unusable(words);
}

/**
 * Does something with a file.
 * @throws UsageError with the name of the file, in one language, if the file is malformed or cannot be used as asked
 */
export function withFile<T>(path: string, language: Language, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const words = wordsOf(error);
    if (words === null) throw error;
    throw new UsageError(`${path}: ${words[language]}`);
  }
}

/** What an error says about a file; null if it is another error. */
function wordsOf(error: unknown): Words | null {
  if (error instanceof MalformedFile) return { zh: error.in('zh'), en: error.in('en') };
  if (error instanceof Unusable) return error.words;
  // of what a file can hold, the rules refuse only figures that are too large to be exact
  if (error instanceof RangeError) return { zh: `数字过大，不能精确计票（${error.message}）`, en: error.message };
  const code = (error as NodeJS.ErrnoException).syscall === undefined ? undefined : (error as NodeJS.ErrnoException).code;
  return unreadable[code ?? ''] ?? null;
}

const unreadable: Readonly<Record<string, Words>> = {
  ENOENT: { zh: '没有这个文件', en: 'there is no such file' },
  EACCES: { zh: '没有读取权限', en: 'you have no permission to read it' },
};

/**
 * The bytes of a file. Of a folder that Dominion exports, the JSON files as one object by their names.
 * @throws Unusable if it is another folder
 */
export const bytesAt = (path: string): Uint8Array => (statSync(path).isDirectory() ? bytesOfFolder(path) : readFileSync(path));

/** @throws UsageError if the file cannot be read */
export const bytesOfFile = (path: string, language: Language): Uint8Array => withFile(path, language, () => bytesAt(path));

function bytesOfFolder(path: string): Uint8Array {
  const names = readdirSync(path)
    .filter((name) => dominionFiles.test(name))
    .sort();
  if (!dominionManifests.every((name) => names.includes(name)))
    unusable({
      zh: '这是文件夹，应是文件，或 Dominion 导出的文件夹（须有 ContestManifest.json、CandidateManifest.json、CvrExport.json）',
      en:
        'it is a folder, but must be a file, or a folder that Dominion exports, with ContestManifest.json, CandidateManifest.json ' +
        'and CvrExport.json',
    });
  // `{` and a manifest come first: by that the format is recognised
  const parts = names.map((name) => `${JSON.stringify(name)}:${readFileSync(join(path, name), 'utf8').replace(/^\uFEFF/u, '')}`);
  return Buffer.from(`{${parts.join(',')}}`);
}

/** @throws MalformedFile, or Unusable if it has none of the known formats, or cannot be read as asked */
export function electionIn(path: string, bytes: FileBytes, reading: Reading): ReadElection {
  const election =
    readElection(path, bytes, reading) ??
    unusable({ zh: `不是以下任何一种格式：${formatTitles.zh}`, en: `has none of these formats: ${formatTitles.en}` });
  if (!reading.exhaustOnDuplicateCandidate) return election;
  if (election.forms[0] !== 'ranking')
    unusable({ zh: '--exhaust-on-duplicate-candidate 只用于排序选票', en: '--exhaust-on-duplicate-candidate is for rankings' });
  return { ...election, ...endedByRepeatedMarks(election) };
}
