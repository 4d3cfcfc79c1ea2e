import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openEventStoreLog } from '../../src/infrastructure/event-log/eventstoredb/log.js';
import { official } from '../support/application.js';
import { withEngine } from '../support/engines.js';
import { installation, type Installation, type Process } from '../support/processes.js';
import { until } from '../support/until.js';
import { courtyard } from '../system/life.js';

jest.setTimeout(300_000); // each starts the program several times

const list = fileURLToPath(new URL('../../data/jintang-places.json', import.meta.url));

withEngine('WUWEI_TEST_EVENTSTORE', (eventstore) => {
  withEngine('WUWEI_TEST_MONGODB', (mongodb) => {
    describe('commands by the settings of the engines alone', () => {
      let one: Installation;
      let server: Process;
      let begin: string;
      beforeAll(async () => {
        const log = openEventStoreLog(eventstore);
        begin = String(await log.position());
        await log.close();
        one = await installation(eventstore, mongodb);
        server = await one.serve('all');
        await until(async () => (await one.get(server, 'health/ready')).status === 200);
      });
      afterAll(() => one.close());
      /* eslint-disable @typescript-eslint/no-explicit-any -- whatever the program prints is what the test looks at */
      const json = async (...args: readonly string[]): Promise<any> => {
        const { code, stdout, stderr } = await one.run(...args, '--json');
        return { code, stderr, ...(JSON.parse(stdout || '{}') as object) };
      };
      /* eslint-enable @typescript-eslint/no-explicit-any */

      it('when places are imported while a server runs, then they are there, and another import changes nothing', async () => {
        expect(await json('import', 'places', list)).toMatchObject({ code: 0, places: 217, refused: [] });
        const count = async () => (await json('log', '--after', begin, '--type', 'PlaceRegistered')).events.length as number;
        const registered = await count();
        expect(registered).toBeGreaterThan(200);
        expect(await json('import', 'places', list)).toMatchObject({ code: 0, places: 217, refused: [] });
        expect(await count()).toBe(registered);
      });

      it('when the log is printed, then sealed names are opened, unless they are wanted sealed', async () => {
        await one.post(server, 'places', { placeId: courtyard, name: '蔡家大院', level: 'courtyard' }, official);
        const { status } = await one.post(server, 'people', { placeId: courtyard, name: '蔡小芳' }, official);
        expect(status).toBe(201);
        const events = ['log', '--after', begin, '--type', 'PersonRegistered'];
        expect((await json(...events)).events[0].data.name).toBe('蔡小芳');
        expect((await json(...events, '--sealed')).events[0].data.name).not.toBe('蔡小芳');
      });

      it('given a server that updates the rows, when they are to be checked or rebuilt, then that is refused, and results are recomputed', async () => {
        await until(async () => {
          const { projections } = await json('projections');
          return projections.every(({ state, lag }: { state: string; lag: number }) => state === 'live' && lag === 0);
        });
        for (const command of [['check'], ['rebuild', 'place-tree']]) {
          const { code, stdout, stderr } = await one.run('projections', ...command);
          expect([code, stdout, stderr]).toEqual([
            2,
            '',
            expect.stringMatching(/is kept up to date by a server: stop it first.*请先停止服务/u),
          ]);
        }
        expect(await json('recompute')).toMatchObject({ code: 0, same: true, rows: [] });
      });

      it('given no server, when rows are checked, rebuilt and checked again, then they are those of the log', async () => {
        await server.stop();
        expect(await json('projections', 'check')).toMatchObject({ code: 0, same: true });
        const rebuilt = await json('projections', 'rebuild', 'place-tree', 'audit');
        expect([rebuilt.code, rebuilt.rebuilt.map(({ name }: { name: string }) => name)]).toEqual([0, ['place-tree', 'audit']]);
        expect(await json('projections', 'check')).toMatchObject({ code: 0, same: true });
        const { code, same, rows } = await json('recompute');
        expect([code, same, rows.length > 0]).toEqual([0, true, true]);
        expect(await one.run('export', 'none')).toMatchObject({ code: 2, stderr: 'wuwei: there is no ballot none\n' });
        server = await one.serve('all');
      });

      it('when the master key is rotated, then a server that runs says so, and one that starts again reads and seals as before', async () => {
        const register = () => one.post(server, 'people', { placeId: courtyard, name: '蔡大芳' }, official);
        await until(async () => (await register()).status === 201);
        const before = readFileSync(join(one.folder, 'master.key'), 'utf8');
        expect(await json('keys', 'rotate')).toMatchObject({ code: 0, masterKeyFile: join(one.folder, 'master.key') });
        expect(readFileSync(join(one.folder, 'master.key'), 'utf8')).not.toBe(before);
        const { status, body } = await register();
        expect([status, body.code]).toEqual([503, 'keys.unavailable']);
        await server.stop();
        server = await one.serve('all');
        expect((await register()).status).toBe(201);
        const { events } = await json('log', '--after', begin, '--type', 'PersonRegistered');
        expect(events.map(({ data }: { data: { name: string } }) => data.name)).toEqual(['蔡小芳', ...events.slice(1).map(() => '蔡大芳')]);
      });
    });
  });
});
