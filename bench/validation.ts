import { performance } from 'node:perf_hooks';
import { ValidationPipe } from '@nestjs/common';
import { Flag, Id, Instant, Int, OneOf, Optional, PlaceId, SomeOf, Text } from '../src/domain/shared/fields.js';
import { validatorOf } from '../src/infrastructure/schema/validators.js';
import { type Spread, spread } from './figures.js';

export interface ValidationFigures {
  /** Valid requests a second through the validator that is compiled from the class. */
  readonly compiled: Spread;
  /** The same through Nest's ValidationPipe, which interprets the same declarations. */
  readonly pipe: Spread;
  /** The first to the second, of the same round. */
  readonly ratio: Spread;
}

class Inspection {
  @Id() plotId!: string;
  @PlaceId() placeId!: string;
  @Instant() at!: string;
  @Text(2, 60) title!: string;
  @Int(0, 100) score!: number;
  @Flag() rectify!: boolean;
  @OneOf(['greening', 'railing', 'stairwell', 'road', 'facility']) kind!: 'greening' | 'railing' | 'stairwell' | 'road' | 'facility';
  @Optional() @SomeOf(['litter', 'weeds', 'damage'], 0, 3) found?: ('litter' | 'weeds' | 'damage')[];
}

const bodies: readonly object[] = Array.from({ length: 256 }, (_, i) => ({
  plotId: `plot-${i}`,
  placeId: `510121111219.${i + 1}`,
  at: `2026-05-${String((i % 28) + 1).padStart(2, '0')}T08:00:00.000Z`,
  title: `三号楼前的绿化带 ${i}`,
  score: i % 101,
  rectify: i % 2 === 0,
  kind: (['greening', 'railing', 'stairwell', 'road', 'facility'] as const)[i % 5],
  found: i % 3 === 0 ? ['litter', 'weeds'] : [],
}));

/** Validates an 8-field request both ways, in turns, so that both see the same machine. */
export async function measureValidation({
  rounds,
  milliseconds,
}: {
  readonly rounds: number;
  readonly milliseconds: number;
}): Promise<ValidationFigures> {
  const validate = validatorOf(Inspection);
  const pipe = new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true });
  const compiledBatch = () => {
    for (const body of bodies) if (validate(body).length > 0) throw new Error('the example is not valid');
  };
  const pipeBatch = async () => {
    for (const body of bodies) await pipe.transform(body, { type: 'body', metatype: Inspection }); // throws when it is not valid
  };
  const rate = async (batch: () => void | Promise<void>) => {
    const begin = performance.now();
    let batches = 0;
    for (; performance.now() - begin < milliseconds; batches++) await batch();
    return (batches * bodies.length * 1000) / (performance.now() - begin);
  };
  const wrong = { ...bodies[0], surplus: 1 };
  const refusedByPipe = await pipe.transform(wrong, { type: 'body', metatype: Inspection }).then(
    () => false,
    () => true,
  );
  if (!refusedByPipe || validate(wrong).length === 0) throw new Error('one of them checks nothing');
  await rate(compiledBatch);
  await rate(pipeBatch);
  const taken: { compiled: number; pipe: number }[] = [];
  for (let round = 0; round < rounds; round++) taken.push({ compiled: await rate(compiledBatch), pipe: await rate(pipeBatch) });
  return {
    compiled: spread(taken.map(({ compiled }) => compiled)),
    pipe: spread(taken.map((round) => round.pipe)),
    ratio: spread(taken.map((round) => round.compiled / round.pipe)),
  };
}
