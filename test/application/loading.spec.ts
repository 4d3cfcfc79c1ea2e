import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { commands } from '../../src/application/contexts.js';
import type { CommandDefinition, Load, Request } from '../../src/application/kernel/command.js';
import { memoryLog } from '../../src/infrastructure/event-log/memory/log.js';
import { inMemoryApplication, policyRunner } from '../support/application.js';
import { liveAll } from '../system/life.js';
import { onApplication } from '../system/stage.js';

/*
 * What facts read is read at once, unless one thing says what the next is. Here it is counted how often facts wait: what is asked for
 * without waiting in between is one wait, and what was read for the rights is none.
 */

type Call = (...asked: never[]) => Promise<unknown>;

class Waits {
  count = 0;
  /** What was asked for is known from then on. */
  private readonly known = new Set<string>();
  private waiting: Promise<void> | null = null;

  constructor(private readonly isCounting: () => boolean) {}

  of(load: Load): Load {
    const call =
      (name: string, read: Call): Call =>
      async (...asked) => {
        const key = `${name} ${asked.map((one: { readonly stream?: string } | string) => (typeof one === 'object' ? one.stream : one)).join()}`;
        if (!this.known.has(key) && this.isCounting()) await this.wait();
        this.known.add(key);
        return read(...asked);
      };
    const reading = (of: object, names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, call(name === 'rows' ? name : 'read', (Reflect.get(of, name) as Call).bind(of))]));
    return {
      ...(reading(load, ['state', 'stateWithoutTexts', 'existing']) as unknown as Load),
      services: load.services,
      rows: async (projections) => {
        if (this.isCounting()) await this.wait();
        const rows = await load.rows(projections);
        const unlisted =
          (read: Call): Call =>
          (...asked) =>
            this.wait().then(() => read(...asked));
        return {
          ...rows,
          get: unlisted(rows.get.bind(rows)) as typeof rows.get,
          list: unlisted(rows.list.bind(rows)) as typeof rows.list,
        };
      },
    };
  }

  private wait(): Promise<void> {
    return (this.waiting ??= nextTurn().then(() => {
      this.count++;
      this.waiting = null;
    }));
  }
}

const most = new Map<string, number>();
let app: Awaited<ReturnType<typeof inMemoryApplication>>;
beforeAll(async () => {
  app = await inMemoryApplication(memoryLog());
  const run = app.execute.run.bind(app.execute);
  const counting = (definition: CommandDefinition): CommandDefinition => {
    let isCounting = false;
    const waits = new Waits(() => isCounting);
    const { placeFrom, facts } = definition;
    return {
      ...definition,
      ...(placeFrom && { placeFrom: (target, load) => placeFrom(target, waits.of(load)) }),
      ...(facts && {
        facts: async (target, load) => {
          isCounting = true;
          try {
            return await facts(target, waits.of(load));
          } finally {
            most.set(definition.command, Math.max(most.get(definition.command) ?? 0, waits.count));
          }
        },
      }),
    };
  };
  app.execute.run = (request: Request) => run({ ...request, definition: counting(request.definition) });
  await liveAll(onApplication({ ...app, policyRunner: policyRunner(app) }));
}, 120_000);
afterAll(() => app.close());

/** The commands whose facts wait more than once, and what says what is read next. */
const dependent: Readonly<Record<string, readonly [waits: number, why: string]>> = {
  AmendPledge: [2, 'the pledge says the covenant and the household'],
  AnnounceElection: [4, 'the rows say who lives there, page by page; the register says when each was born'],
  AnnounceResolution: [4, 'the rows say who lives there, page by page; the register says when each was born'],
  ConfirmRectification: [2, 'the plot says who is its guardian'],
  DecideRenovation: [2, 'the renovation says which ballot'],
  DecideResolution: [2, 'the rows must be as new as the closing before they are listed'],
  InspectPlot: [2, 'the plot says who is its guardian'],
  MarkRectificationOverdue: [2, 'the plot says who is its guardian'],
  MergePlace: [2, 'the rows must be as new as the request before they are listed'],
  OpenElectionBox: [2, 'the rows must be as new as the closing before they are listed'],
  OpenRenovationBallot: [
    4,
    'the renovation says the place, whose level says who is on the roll; the roll is then listed, and counted in steps',
  ],
  OpenRenovationConsultation: [2, 'the renovation says the place whose policies count'],
  OpenRenovationNotice: [2, 'the renovation says the place whose policies count'],
  PublishBallotResult: [2, 'the ballot says whether there is anything to count'],
  PublishResult: [2, 'the contest says the place whose policies count; the rows must be as new as the closing'],
  RenewPledge: [2, 'the pledge says the covenant and the household'],
  RuleOnMeritAppeal: [2, 'the account says the plot'],
};

it('given the life of every context, when facts are loaded, then what does not depend on each other is loaded at once', () => {
  const waiting = [...most].filter(([, waits]) => waits > 1).sort();
  expect(Object.fromEntries(waiting)).toEqual(Object.fromEntries(Object.entries(dependent).map(([command, [waits]]) => [command, waits])));
});

it('given the commands with facts, when the life was played, then nearly all were given', () => {
  const withFacts = commands.flatMap(({ command, facts }) => (facts ? [command] : []));
  expect(withFacts.filter((command) => !most.has(command))).toEqual([]);
});
