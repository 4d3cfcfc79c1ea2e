import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskedFor, Opening, openText, SealBroken, Sealing, sealText, type Unreadable } from '../../../src/application/kernel/sealing.js';
import type { StoredEvent } from '../../../src/application/ports/event-log.js';
import { formats } from '../../../src/domain/shared/fields.js';
import { BallotOpened } from '../../../src/domain/platform/ballot-messages.js';
import { PersonRegistered } from '../../../src/domain/registry/person.js';
import { BallotFileKept } from '../../../src/domain/platform/ballot-file.js';
import { VoteCast } from '../../../src/domain/contest/vote.js';
import { memoryPersonalKeys } from '../../../src/infrastructure/personal-keys/memory.js';
import { positionOf } from '../../../src/projections/position.js';

const where = { owner: 'cai', eventId: '019a1c2e-7b40-7000-8000-000000000001', field: 'name' };
const key = randomBytes(32);
let reported: Unreadable[] = [];
/** Opens with these keys; null: it is damaged. */
const having = (keys: Record<string, Uint8Array | null>) =>
  new Opening({ find: () => Promise.resolve(new Map(Object.entries(keys))) }, (unreadable) => void reported.push(unreadable));
const event = (data: object, id = where.eventId): StoredEvent => ({
  id,
  type: 'PersonRegistered',
  schemaVersion: 1,
  stream: 'person-cai',
  revision: 0,
  position: positionOf(1),
  occurredAt: '2026-05-01T08:00:00.000Z',
  recordedAt: '2026-05-01T08:00:00.000Z',
  data: JSON.stringify(data),
  meta: '{}',
});

describe('a sealed text', () => {
  it('is opened with its key, whatever it is, alone and anywhere in JSON', async () => {
    const anything = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(anything, anything, async (text, other) => {
        const sealed = sealText(text, key, where);
        expect(openText(sealed, key)).toBe(text);
        expect(sealText(text, key, where)).not.toBe(sealed);
        const answer = { items: [{ name: sealed, words: `“${sealed}”: "${sealed}"` }], other, [other]: sealed };
        const opened = { items: [{ name: text, words: `“${text}”: "${text}"` }], other, [other]: text };
        expect(JSON.parse(await having({ cai: key }).json(JSON.stringify(answer)))).toEqual(opened);
        const gone = '已删除 / erased';
        const pointer = `/${other.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const erased = ['/items/0/name', pointer];
        const forgotten = { items: [{ name: null, words: `“${gone}”: "${gone}"` }], other, [other]: null, erased };
        expect(JSON.parse(await having({}).json(JSON.stringify(answer)))).toEqual(forgotten);
        const inWords = { items: [{ name: 'erased', words: '“erased”: "erased"' }], other, [other]: 'erased' };
        expect(await having({}).worded(answer, 'en')).toEqual(inWords);
      }),
    );
  });

  it('is no text that anybody may enter, and holds nothing that JSON or CSV must escape', () => {
    const sealed = sealText('蔡新周', key, where);
    for (const text of [sealed, `我叫${sealed}`, 'sealed:1:'])
      expect([formats.isLine(text), formats.isWords(text)]).toEqual([false, false]);
    expect(sealed).toMatch(/^[\w:./~-]+$/u);
    expect(sealed).not.toContain('蔡');
  });

  it('is not opened when it was changed, said of another person, event or field, or with the key of another', () => {
    const sealed = sealText('蔡新周', key, where);
    const at = sealed.length - 8;
    const flipped = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    for (const broken of [
      flipped,
      sealed.replace(':cai:', ':wei:'),
      sealed.replace('000001:', '000002:'),
      sealed.replace(':name:', ':contact:'),
      `${sealed.slice(0, 70)}:`,
    ])
      expect(() => openText(broken, key)).toThrow(SealBroken);
    expect(() => openText(sealed, randomBytes(32))).toThrow(SealBroken);
  });

  it('whose key was destroyed is null, and listed, among others that are opened', async () => {
    const [erased, other] = ['cai', 'wei'].map((owner) => sealText('蔡新周', key, { ...where, owner }));
    const answer = { items: [{ name: other }, { name: erased, 'a/b~c': [other, erased] }] };
    const shown = {
      items: [{ name: '蔡新周' }, { name: null, 'a/b~c': ['蔡新周', null] }],
      erased: ['/items/1/name', '/items/1/a~1b~0c/1'],
    };
    expect(await having({ wei: key }).value(answer)).toEqual(shown);
    const [told] = await having({ wei: key }).shown([event(answer)]);
    expect(JSON.parse(told!.data)).toEqual(shown);
    const [read] = await having({ wei: key }).wordedEvents([event(answer)]);
    expect(JSON.parse(read!.data)).toEqual({
      items: [{ name: '蔡新周' }, { name: '已删除 / erased', 'a/b~c': ['蔡新周', '已删除 / erased'] }],
    });
  });

  it('whose key was destroyed is told in the language of an explanation', async () => {
    const why = `选定 ${sealText('蔡新周', key, where)}。`;
    expect(await having({}).value({ words: { zh: [why], en: [why] } })).toEqual({
      words: { zh: ['选定 已删除。'], en: ['选定 erased。'] },
      erased: [],
    });
  });

  it('that cannot be read is null and listed as such, beside others that are opened or erased; its owner is reported once', async () => {
    const [cai, wei, li, lin] = ['cai', 'wei', 'li', 'lin'].map((owner) => sealText('蔡新周', key, { ...where, owner }));
    // the first character of the payload: of the last one, base64url leaves bits unused
    const changed = lin!.replace(/[\w-](?=[\w-]+:$)/u, (first) => (first === 'A' ? 'B' : 'A'));
    const answer = {
      items: [
        { name: cai },
        { name: wei },
        { name: li },
        { name: changed, words: { en: [`of ${changed}`] } },
        { name: 'sealed:1:lin:cut' },
      ],
    };
    const opening = having({ wei: key, li: null, lin: key });
    const shown = {
      items: [{ name: null }, { name: '蔡新周' }, { name: null }, { name: null, words: { en: ['of unreadable'] } }, { name: null }],
      erased: ['/items/0/name'],
      unreadable: ['/items/2/name', '/items/3/name', '/items/4/name'],
    };
    reported = [];
    for (let twice = 0; twice < 2; twice++) expect(await opening.value(answer)).toEqual(shown);
    expect(JSON.parse((await opening.shown([event(answer)]))[0]!.data)).toEqual(shown);
    expect(reported.map(({ owner }) => owner)).toEqual(['li', 'lin']);
    for (const { owner, why } of reported) expect(why).toContain(owner);
    expect(await opening.worded({ names: [cai, wei, li, changed] }, 'zh')).toEqual({ names: ['已删除', '蔡新周', '无法读取', '无法读取'] });
    expect(JSON.parse((await opening.wordedEvents([event({ name: li })]))[0]!.data)).toEqual({ name: '无法读取 / unreadable' });
  });

  it('of others is masked, in nested values and lists too', () => {
    const [own, other] = ['cai', 'wei'].map((owner) => sealText('蔡新周', key, { ...where, owner }));
    expect(maskedFor('cai', { title: '选举', options: [{ name: own }, { name: other, id: 'wei' }] })).toEqual({
      data: { title: '选举', options: [{ name: own }, { name: null, id: 'wei' }] },
      masked: ['/options/1/name'],
    });
  });

  it('is taken into a decision only from the event and the field that it was sealed for', async () => {
    const sealed = sealText('蔡新周', key, where);
    const opening = having({ cai: key });
    const decided = async (by: Opening, told: StoredEvent) => {
      const { events, unreadable } = await by.decidedOn([told]);
      return [JSON.parse(events[0]!.data), unreadable?.name];
    };
    const told = event({ personId: 'cai', name: sealed });
    expect(await decided(opening, told)).toEqual([{ personId: 'cai', name: '蔡新周' }, undefined]);
    expect(await decided(opening, event({ contact: sealed }))).toEqual([{}, 'SealBroken']);
    expect(await decided(opening, event({ name: sealed }, '019a1c2e-7b40-7000-8000-000000000002'))).toEqual([{}, 'SealBroken']);
    expect(await decided(having({ cai: null }), told)).toEqual([{ personId: 'cai' }, 'SealBroken']);
    expect(await decided(having({ cai: randomBytes(32) }), told)).toEqual([{ personId: 'cai' }, 'SealBroken']);
    expect(await decided(having({}), told)).toEqual([{ personId: 'cai' }, undefined]);
  });
});

describe('an event', () => {
  const sealing = new Sealing(memoryPersonalKeys(), () => undefined);
  const seal = (type: new () => object, data: object) => sealing.sealed(type, data, where.eventId, 'office');

  it('is sealed field by field with the keys of those whom it is about', async () => {
    const data = { personId: 'cai', placeId: '510121', name: '蔡新周', contact: '13800000000' };
    const sealed = (await seal(PersonRegistered, data)) as typeof data;
    expect(sealed).toEqual({
      ...data,
      name: expect.stringMatching(new RegExp(`^sealed:1:cai:${where.eventId}:name:`, 'u')),
      contact: expect.stringMatching(new RegExp(`^sealed:1:cai:${where.eventId}:contact:`, 'u')),
    });
    expect(await sealing.value(sealed)).toEqual(data);
    const { events } = await sealing.decidedOn([event(sealed)]);
    expect(JSON.parse(events[0]!.data)).toEqual(data);
  });

  it('names candidates under their own keys, and projects in clear', async () => {
    const options = [
      { optionId: '路灯', name: '路灯' },
      { optionId: 'wei', name: '蔡维成', personId: 'wei' },
    ];
    const sealed = (await seal(BallotOpened, { title: '选举', options })) as { options: typeof options };
    expect(sealed.options[0]).toEqual(options[0]);
    expect(sealed.options[1]!.name).toMatch(/^sealed:1:wei:[^:]+:options\/1\/name:/u);
    const { events } = await sealing.decidedOn([event(sealed)]);
    expect(JSON.parse(events[0]!.data)).toEqual({ title: '选举', options });
  });

  it('keeps a file of many people’s votes under a key of its own, which can be no person’s', async () => {
    const data = { ballotId: 'b-1', bytes: 'TWV0YQ==' };
    const sealed = (await seal(BallotFileKept, data)) as typeof data;
    expect(sealed.bytes).toMatch(/^sealed:1:ballotId\/b-1:/u);
    expect(await sealing.value(sealed)).toEqual(data);
  });

  it('without personal fields is left as it is', async () => {
    const vote = { contestId: 'c', entryId: 'e' };
    expect(await seal(VoteCast, vote)).toBe(vote);
  });
});
