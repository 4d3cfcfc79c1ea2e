import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { place, type Place } from '../../../src/domain/registry/place.js';
import { parentOf } from '../../../src/domain/shared/place-id.js';
import { type Give, importPlaces } from '../../../src/infrastructure/import/places.js';

/** The register, run by the decider itself. */
function register() {
  const states = new Map<string, Place>();
  const given: { command: string; id: string; key: string; events: number }[] = [];
  const give: Give = async ({ command, params, data, key }) => {
    await Promise.resolve();
    const id = params['id'] ?? (data as { placeId: string }).placeId;
    const facts = {
      parent: states.get(parentOf(id) ?? '') ?? null,
      into: states.get((data as { into?: string }).into ?? '') ?? null,
      below: null,
    };
    const decision = place.decide[command as 'RegisterPlace'](states.get(id) ?? null, data as never, { id, facts } as never);
    if ('refused' in decision) return decision;
    for (const { type, data: told } of decision) states.set(id, place.evolve[type](states.get(id) ?? null, told as never, {} as never)!);
    given.push({ command, id, key, events: decision.length });
    return { events: decision };
  };
  return { states, given, give };
}

const list = 'data/jintang-places.json';
const former = 'data/jintang-former-places.json';

describe('importPlaces', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wuwei-import-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const fileOf = (name: string, content: unknown) => {
    const file = join(folder, name);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  it('registers Jintang: the county, 16 towns, 200 villages and communities, each under its parent', async () => {
    const { states, give } = register();
    expect(await importPlaces(give, list)).toEqual({ places: 217, refused: [] });
    const count = (level: string) => [...states.values()].filter((found) => found.level === level).length;
    expect([count('county'), count('town'), count('village'), count('community')]).toEqual([1, 16, 86, 114]);
    expect(states.get('510121')?.name).toBe('金堂县');
    expect(states.get('510121111')).toMatchObject({ name: '金龙镇', level: 'town' });
    expect(states.get('510121111219')).toMatchObject({ name: '谢杨坝村', level: 'village' });
    expect(states.get('510121002002')).toMatchObject({ name: '清江社区', level: 'community' });
    expect([...states.values()].filter(({ name }) => name.includes('委会'))).toEqual([]);
  });

  it('merges the town of old into the community that it is today', async () => {
    const { states, give } = register();
    await importPlaces(give, list);
    expect(await importPlaces(give, former)).toEqual({ places: 2, refused: [] });
    expect(states.get('510121102')).toMatchObject({ name: '清江镇', mergedInto: '510121002002' });
  });

  it('says nothing new the second time, under the same keys', async () => {
    const { given, give } = register();
    await importPlaces(give, list);
    const first = given.splice(0);
    expect(first.every(({ events }) => events === 1)).toBe(true);
    await importPlaces(give, list);
    expect(given.every(({ events }) => events === 0)).toBe(true);
    expect(new Set(given.map(({ key }) => key))).toEqual(new Set(first.map(({ key }) => key)));
    expect(new Set(given.map(({ key }) => key)).size).toBe(217);
  });

  it('tells how far it is, to the last place', async () => {
    const told: number[] = [];
    await importPlaces(register().give, list, ({ done, total }) => told.push(done / total));
    expect(told).toHaveLength(217);
    expect(told.at(-1)).toBe(1);
  });

  it('tells what the register refuses and goes on', async () => {
    const file = fileOf('renamed.json', [{ code: '510121111219', name: '谢家坝村村委会', town: '金龙镇', townCode: '510121111' }]);
    const { give } = register();
    await importPlaces(give, list);
    expect(await importPlaces(give, file)).toEqual({
      places: 2,
      refused: [{ placeId: '510121111219', name: '谢家坝村', code: 'registry.place-exists' }],
    });
  });

  it.each([
    ['no JSON', 'x', /JSON/u],
    ['no list', {}, /is not a list of places/u],
    ['a wrong code', [{ code: '12', name: '某村村委会' }], /entry 1: \/code/u],
    ['no name', [{ code: '510121111219', name: '某村村委会' }, { code: '510121111220' }], /entry 2: \/name/u],
    ['no committee', [{ code: '510121111219', name: '某处' }], /某处 is neither/u],
    [
      'two names for one town',
      [
        { code: '510121111219', name: '甲村村委会', town: '金龙镇', townCode: '510121111' },
        { code: '510121111220', name: '乙村村委会', town: '金虎镇', townCode: '510121111' },
      ],
      /two names: 金龙镇 and 金虎镇/u,
    ],
    ['a household', [{ code: '510121111219.1', name: '某村村委会' }], /below a village/u],
  ])('refuses a file with %s before anything is given', async (_, content, message) => {
    const { given, give } = register();
    await expect(importPlaces(give, fileOf('bad.json', content))).rejects.toThrow(message);
    expect(given).toEqual([]);
  });
});
