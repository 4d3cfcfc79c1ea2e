import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { beginning } from '../../src/projections/position.js';
import { start, wuwei } from '../infrastructure/cli/program.js';
import { engine, withEngine } from '../support/engines.js';
import { newDatabase } from '../support/mongodb.js';

jest.setTimeout(1_800_000); // a minute or two on a machine of its own

/** The demo begins with an empty log, so this file is the first (sequencer.mjs). */
async function isEmpty(connection: string | undefined): Promise<boolean> {
  if (!connection) return false;
  const log = openEventStoreLog(connection);
  const position = await log.position();
  await log.close();
  return position === beginning;
}
const canPlay = await isEmpty(engine('WUWEI_TEST_EVENTSTORE').connection);

/** What differs between any two plays of the demo: instants, addresses; positions, which are the log's own. */
const ofOnePlay = /^(?:(?:entered|happened|decided)At|(?:closingP|p)osition|urls|token|officialToken|curl|eventsCurl|data)$/u;
/** Ids follow from the order in which concurrent commands were answered; hashes contain ids. */
const ids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{64}\b/gu;
const withoutThese = (report: object): Record<string, unknown> => {
  const text = JSON.stringify(report, (key, value: unknown) => (ofOnePlay.test(key) ? undefined : value));
  return JSON.parse(text.replace(ids, 'some')) as Record<string, unknown>;
};

/* eslint-disable @typescript-eslint/no-explicit-any -- whatever the program prints is what the test looks at */
withEngine('WUWEI_TEST_EVENTSTORE', (eventstore) => {
  withEngine('WUWEI_TEST_MONGODB', (mongodb) => {
    const which = canPlay ? describe : describe.skip;
    which('the demo on an empty event store, and in a data folder', () => {
      const folder = mkdtempSync(join(tmpdir(), 'wuwei-demos-'));
      const [embedded, keys, copied] = ['embedded', 'keys', 'copied'].map((name) => join(folder, name)) as [string, string, string];
      const { connection, remove } = newDatabase(mongodb);
      const engines = { WUWEI_EVENTSTORE: eventstore, WUWEI_MONGODB: connection };
      const printed = ({ code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }): any => {
        if (code !== 0) throw new Error(`ended with ${code}: ${stderr.slice(-1000)}`);
        return JSON.parse(stdout);
      };
      const onEngines = async (...args: readonly string[]) => printed(await start([...args, '--data', keys, '--json'], engines).ended);
      const inFolder = async (data: string, ...args: readonly string[]) => printed(await wuwei(...args, '--data', data, '--json'));
      let reports: { readonly inFolder: any; readonly onEngines: any };
      beforeAll(async () => {
        await wuwei('keys', 'make', '--data', keys);
        const play = ['demo', '--once', '--port', '0'];
        reports = { inFolder: await inFolder(embedded, ...play), onEngines: await onEngines(...play) };
      });
      afterAll(async () => {
        await remove();
        rmSync(folder, { recursive: true });
      });

      it('has the same rankings, decisions, tallies and audit trail', () => {
        const [own, other] = [reports.onEngines, reports.inFolder].map((report) => {
          const { merit, ...shown } = withoutThese(report); // in the order of ids
          return { ...shown, merit: (merit as object[]).map((row) => JSON.stringify(row)).sort() };
        });
        expect(own).toEqual(other);
        expect(reports.onEngines.contests.length).toBeGreaterThan(3);
      });

      it('has results that follow from the log, and the same hashes once the log is copied into a folder', async () => {
        const [own, other] = [await onEngines('recompute'), await inFolder(embedded, 'recompute')];
        expect([own.same, other.same]).toEqual([true, true]);
        const counts = ({ results }: any) =>
          results.map(({ type, counted, outcome }: any) => [type, counted, outcome.replaceAll(ids, 'some')]);
        expect(counts(own)).toEqual(counts(other));
        await wuwei('copy', '--from', eventstore, '--to', copied, '--mongodb', connection, '--master-key-file', join(keys, 'master.key'));
        const again = await inFolder(copied, 'recompute');
        const hashes = ({ results }: any) => results.map(({ type, eventId, sha256 }: any) => [type, eventId, sha256]);
        expect(hashes(again)).toEqual(hashes(own));
        expect(hashes(own).some(([, , sha256]: any) => /^[0-9a-f]{64}$/u.test(sha256 ?? ''))).toBe(true);
      });

      it('has rows that are those of the log', async () => {
        const { same, notBuilt } = await onEngines('projections', 'check');
        expect([same, notBuilt]).toEqual([true, []]);
      });
    });
  });
});
/* eslint-enable @typescript-eslint/no-explicit-any */
