import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { copyLog, digestOf, OtherEvents } from '../../application/copy-log.js';
import { secretIn } from '../secret-file.js';
import { settings, type Values } from '../settings.js';
import { copyMasterKey, openCopySource, openCopyTarget, type Side } from '../upkeep.js';
import { Failed, print, UsageError, valuesOf, withSettings } from './common.js';
import { progressOf } from './progress.js';

interface Places {
  readonly from?: string;
  readonly fromFile?: string;
  readonly to?: string;
  readonly toFile?: string;
}

const isConnection = (place: string): boolean => /^\w+(?:\+\w+)?:\/\//u.test(place);

/** @throws UsageError if a side is not named, or not as it should be */
function sideOf(name: 'from' | 'to', places: Places, { mongodb }: Pick<Values, 'mongodb'>): Side {
  const [text, file] = [places[name], places[`${name}File`]];
  if ((text === undefined) === (file === undefined)) throw new UsageError(`give --${name} or --${name}-file`);
  const place = text ?? secretIn(file!);
  if (!isConnection(place)) return { folder: place };
  try {
    settings.eventstore.read(place);
  } catch (error) {
    throw new UsageError(`--${name} ${(error as Error).message}, or be a folder`);
  }
  if (mongodb === '') throw new UsageError('EventStoreDB holds the log only: name where its keys are, with --mongodb or --mongodb-file');
  return { eventstore: place, mongodb };
}

/** The master key: the one that is named, or that of a folder. */
function masterFileOf(from: Side, to: Side, given: string): string {
  const named = given === '' ? [from, to].flatMap((side) => ('folder' in side ? [join(side.folder, 'master.key')] : [])) : [given];
  const [file] = named.filter(existsSync);
  if (file === undefined)
    throw new UsageError(`there is no master key in ${named.join(' or ')}: name its file with --master-key-file. 缺少主密钥文件。`);
  return file;
}

export const copy = withSettings(new Command('copy'), 'mongodb', 'masterKeyFile')
  .summary('copy an installation to another place')
  .description(
    'Copies the log and the keys of personal data from a data folder to EventStoreDB and MongoDB, back, or to another folder: the ' +
      'same events, in the\n' +
      'same order, byte for byte. 复制日志和个人信息密钥：同样的事件、同样的顺序，逐字节相同。\n' +
      'First stop every process on both sides. The source does not change. If the copy is broken off, run it again: it goes on ' +
      'where it was. A target that\n' +
      'holds other events is refused. At the end both sides are read again and compared by their hash. The read models are made ' +
      'anew at the start.\n' +
      'Both sides have the same master key: a folder that is copied to gets it. Copy issuer.key yourself, else tokens issued ' +
      'before are refused.',
  )
  .option('--from <place>', 'data folder, or esdb://… or kurrentdb://…')
  .option('--from-file <file>', 'file that holds --from; for a connection string with a password')
  .option('--to <place>', 'data folder, or esdb://… or kurrentdb://…')
  .option('--to-file <file>', 'file that holds --to')
  .addHelpText(
    'after',
    "\nExamples:\n  wuwei copy --from ./wuwei-data --to 'esdb://127.0.0.1:2113?tls=false' --mongodb mongodb://127.0.0.1:27017/wuwei\n" +
      '  wuwei copy --from-file ./eventstore.txt --to ./wuwei-data --mongodb-file ./mongodb.txt --master-key-file ./master.key\n  ' +
      'wuwei copy --from ./wuwei-data --to /media/copy\n',
  )
  .action(async (places: Places, command: Command) => {
    const values = valuesOf(command);
    const [from, to] = [sideOf('from', places, values), sideOf('to', places, values)];
    const [fromFolder, toFolder] = [from, to].map((side) => ('folder' in side ? resolve(side.folder) : null));
    if (fromFolder === null && toFolder === null)
      throw new UsageError('one of the two must be a folder: EventStoreDB is copied to EventStoreDB by its own backup');
    if (fromFolder === toFolder) throw new UsageError('--from and --to are the same folder');
    const masterFile = masterFileOf(from, to, values.masterKeyFile);
    const source = await openCopySource(from);
    try {
      const target = await openCopyTarget(to, source.keys, masterFile);
      try {
        const until = await source.log.position();
        const progress = progressOf('copy');
        const copied = await copyLog(source.log, target, until, (done) => progress.update({ done, total: until })).finally(progress.end);
        const [there, here] = [await digestOf(source.log, until), await digestOf(target)];
        if (there.sha256 !== here.sha256)
          throw new Failed(
            `the copy differs from the source: ${there.events} events ${there.sha256}, but ${here.events} events ${here.sha256}`,
          );
        if ((await source.log.position()) > until)
          throw new Failed(
            'the source has grown meanwhile: stop every process on it, and run this again. 复制期间来源有新事件：请停止其所有进程后再运行。',
          );
        if (toFolder && values.masterKeyFile === '') copyMasterKey(masterFile, toFolder);
        print(values, { ...copied, source: there, target: here, keys: source.keys.wrapped.size, masterKeyFile: masterFile }, () =>
          [
            `${copied.copied} events copied, ${copied.found} were there; ${source.keys.wrapped.size} keys. 复制 ${copied.copied} 条事件，` +
              `已有 ${copied.found} 条；密钥 ${source.keys.wrapped.size} 个。`,
            `source 来源: ${there.events} events, sha256 ${there.sha256}`,
            `target 目标: ${here.events} events, sha256 ${here.sha256}`,
            `The target needs the same master key (${masterFile}), and issuer.key if tokens issued before shall be valid. 目标须使用同一主密` +
              '钥；若要旧令牌继续有效，还须复制 issuer.key。',
          ].join('\n'),
        );
      } finally {
        await target.close();
      }
    } catch (error) {
      throw error instanceof OtherEvents ? new Failed(error.message) : error;
    } finally {
      await source.close();
    }
  });
