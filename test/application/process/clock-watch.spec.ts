import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stuck } from '../../../src/application/process/runner.js';
import { dueCommands } from '../../../src/application/contexts.js';
import { plusDays, plusMilliseconds } from '../../../src/domain/shared/time.js';
import { inMemoryApplication, policyRunner } from '../../support/application.js';
import { openContest, settleDown } from '../../system/life.js';
import { onApplication } from '../../system/stage.js';
import { beginning } from '../../../src/projections/position.js';

const minutes = 60_000;

describe('given a contest whose voting ends in 50 days', () => {
  let app: Awaited<ReturnType<typeof inMemoryApplication>>;
  let votingUntil: string;
  let startedAt: string;
  const runner = (lastRecordedAt: string | null = null) => {
    const reports: Stuck[] = [];
    const policies = policyRunner(app, (stuck) => reports.push(stuck), lastRecordedAt);
    return { policies, reports };
  };
  const isClosed = async () => {
    for await (const { events: page } of app.log.readAll(beginning, { types: ['VotingClosed'] })) if (page.length > 0) return true;
    return false;
  };

  beforeEach(async () => {
    app = await inMemoryApplication();
    const { policies } = runner();
    const stage = onApplication({ ...app, policyRunner: policies });
    const cast = await settleDown(stage);
    votingUntil = stage.inDays(50);
    await openContest(stage, cast, { votingUntil, resultAt: stage.inDays(55) });
    await app.readModels.atLeast(await app.log.position(), [dueCommands], AbortSignal.timeout(20_000));
    startedAt = app.clock.now().toISOString();
  });
  afterEach(() => app.close());

  it('when the clock jumps beyond that, then nothing is closed, and it is reported once and stands in readiness until the clock is back', async () => {
    const { policies, reports } = runner();
    await policies.runDue();
    app.clock.jumpTo(plusDays(startedAt, 60));
    await policies.runDue();
    await policies.runDue();
    expect(await isClosed()).toBe(false);
    const why = `the clock says ${plusDays(startedAt, 60)}, but it cannot be later than ${plusMilliseconds(startedAt, 10 * minutes)}`;
    expect(reports).toEqual([{ entry: 'clock', command: '*', why: expect.stringContaining(why) }]);
    expect(policies.stuck()).toEqual(reports);
    app.clock.jumpTo(startedAt);
    await policies.runDue();
    expect([policies.stuck(), await isClosed()]).toEqual([[], false]);
  });

  it('when the clock is before the last event of the log, then it is reported', async () => {
    const { policies, reports } = runner(plusDays(startedAt, 1));
    await policies.runDue();
    expect(reports).toEqual([{ entry: 'clock', command: '*', why: expect.stringContaining('but the last event was recorded at') }]);
    const near = runner(plusMilliseconds(startedAt, 10 * minutes));
    await near.policies.runDue();
    expect(near.reports).toEqual([]);
  });

  it('when the clock is put forward and the time passes as well, then only what is ahead of the time that passed is held', async () => {
    const { policies, reports } = runner();
    app.clock.set(plusDays(startedAt, 1)); // both clocks have moved on
    await policies.runDue();
    expect(reports).toEqual([]);
    app.clock.jumpTo(plusDays(startedAt, 60));
    await policies.runDue();
    expect([reports.length, await isClosed()]).toEqual([1, false]);
  });

  it('when the time has really passed, by both clocks, then what is due is done at its time, without a new start', async () => {
    const { policies, reports } = runner();
    app.clock.set(plusMilliseconds(votingUntil, -1));
    await policies.runDue();
    expect(await isClosed()).toBe(false);
    app.clock.set(plusMilliseconds(votingUntil, 1));
    await policies.runDue();
    expect([await isClosed(), reports, policies.stuck()]).toEqual([true, [], []]);
  });

  it('when a new start confirms a clock that has jumped, then what is due is done', async () => {
    app.clock.jumpTo(plusMilliseconds(votingUntil, 1));
    const { policies, reports } = runner();
    await policies.runDue();
    expect([await isClosed(), reports]).toEqual([true, []]);
  });
});
