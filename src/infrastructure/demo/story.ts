import { fileURLToPath } from 'node:url';
import { importPlaces } from '../import/places.js';
import { derivedId } from '../../application/kernel/ids.js';
import { office } from './cast.js';
import { playCompounds, playOthers } from './contests.js';
import { playCovenant } from './covenant.js';
import { playGuardianship } from './guardianship.js';
import { playRenovation, settleCompound } from './renovation.js';
import type { Stage } from './stage.js';

const data = (name: string): string => fileURLToPath(new URL(`../../../data/${name}`, import.meta.url));

/** The story of the article, from the places to the awards. All events come from commands. */
export async function play(stage: Stage): Promise<void> {
  for (const file of ['jintang-places.json', 'jintang-former-places.json']) {
    const { refused } = await importPlaces(
      ({ key, ...command }) => stage.try({ ...command, by: office, channel: 'import' }, derivedId('demo', key)),
      data(file),
      ({ done, total }) => stage.narrator.progress('places', done, total),
    );
    if (refused.length > 0) throw new Error(`${refused.length} places were refused: ${JSON.stringify(refused[0])}`);
  }
  await stage.settle();
  stage.narrator.line(
    '地点：金堂县 16 个镇（街道）、200 个村（社区）登记在册；文章中的清江镇现已并入清江社区。',
    'Places: 16 towns and 200 villages and communities of Jintang are registered. The town 清江镇 of the article is part of 清江社区 today.',
  );
  await playCovenant(stage);
  const owners = await settleCompound(stage);
  await playRenovation(stage, owners);
  await playGuardianship(stage, owners);
  await playOthers(stage, owners);
  await playCompounds(stage);
}
