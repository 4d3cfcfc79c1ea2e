import { expect, it, jest } from '@jest/globals';
import type { AnyDecider, EventClass } from '../../src/domain/shared/decider.js';
import { personalFields } from '../../src/domain/shared/field-marks.js';
import { schemasOf } from '../../src/infrastructure/schema/reader.js';
import { inMemoryApplication, policyRunner } from '../support/application.js';
import { liveAll } from '../system/life.js';
import { onApplication } from '../system/stage.js';

const schemaOf = (type: EventClass) => schemasOf([type])[type.name]!;

/** The class that declares a field: the class itself, or one that it extends. */
function declaringClass(type: EventClass, field: string): EventClass {
  const parent = Object.getPrototypeOf(type) as EventClass;
  return parent.name !== '' && field in schemaOf(parent).properties ? declaringClass(parent, field) : type;
}

/** What is declared of each field: its schema, whether it is required, and whose personal data it holds. */
function declarationsOf(type: EventClass): ReadonlyMap<string, string> {
  const { properties, required } = schemaOf(type);
  const personal = personalFields.of(type);
  return new Map(
    Object.entries(properties).map(([field, schema]) => [
      field,
      JSON.stringify([schema, required.includes(field), personal.has(field), personal.get(field)]),
    ]),
  );
}

it('given the life of every context, when a command is recorded, then the fields it shares with its event are declared once', async () => {
  const app = await inMemoryApplication();
  const run = jest.spyOn(app.execute, 'run');
  await liveAll(onApplication({ ...app, policyRunner: policyRunner(app) }));
  const recorded = new Map<string, readonly [command: EventClass, event: EventClass]>();
  for (const [i, [{ definition }]] of run.mock.calls.entries()) {
    const { command } = definition;
    const decider: AnyDecider = definition.decider;
    const result = (await run.mock.results[i]!.value) as Awaited<ReturnType<typeof app.execute.run>>;
    if ('refused' in result) continue;
    // what follows from the first event has fields of its own, which may have the names of others by chance
    const [first] = result.events;
    if (first) recorded.set(`${command} ${first.type}`, [decider.commands[command]!, decider.events[first.type]!]);
  }
  await app.close();
  expect(recorded.size).toBeGreaterThan(70);
  const repeated = [...recorded.values()].flatMap(([command, event]) => {
    const stored = declarationsOf(event);
    return [...declarationsOf(command)]
      .filter(([field, declared]) => stored.get(field) === declared && declaringClass(command, field) !== declaringClass(event, field))
      .map(([field]) => `${command.name}.${field} is declared again in ${event.name}: let both extend a class that declares it`);
  });
  expect(repeated).toEqual([]);
});
