import { describe, expect, it } from '@jest/globals';
import { defineDecider, refuse, type Moment } from '../../src/domain/shared/decider.js';
import { Int, Optional, Text } from '../../src/domain/shared/fields.js';
import { given } from './given.js';

class Say {
  @Text(1, 9) word!: string;
  declare static readonly facts: { most: number };
}
class Forget {
  @Optional() @Int(1, 9) last?: number;
}
class Said {
  @Text(1, 9) word!: string;
  @Optional() @Int(0, 9) loud?: number;
}
class Forgotten {}
const moments: Moment[] = [];
const talk = defineDecider<readonly string[], 'talk.too-much' | 'talk.silence'>()({
  stream: 'talk',
  initial: [],
  commands: { Say, Forget },
  events: { Said, Forgotten },
  decide: {
    Say: (state, { word }, { facts, by, id, newId }) => {
      if (state.length >= facts.most) return refuse('talk.too-much', { most: facts.most, by });
      if (word === 'twice')
        return [
          { type: 'Said', data: { word: id } },
          { type: 'Said', data: { word: newId, loud: undefined } },
        ];
      if (word === 'wrong') return [{ type: 'Said', data: { word: '' } }];
      if (word === 'change') (state as string[]).push(word);
      return state.includes(word) ? [] : [{ type: 'Said', data: { word } }];
    },
    Forget: (state) => (state.length === 0 ? refuse('talk.silence') : [{ type: 'Forgotten', data: {} }]),
  },
  evolve: {
    Said: (state, { word }, moment) => {
      moments.push(moment);
      return [...state, word];
    },
    Forgotten: () => [],
  },
});
const said = (word: string) => ({ type: 'Said', data: { word } }) as const;
const facts = { most: 2 };

describe('given', () => {
  it('tells another outcome apart', () => {
    const outcome = given(talk).when('Say', { word: 'twice' }, { facts, id: 'a', newId: 'b' });
    outcome.then([said('a'), said('b')]);
    for (const events of [
      [said('b'), said('a')],
      [said('a')],
      [said('a'), said('b'), said('b')],
      [said('a'), { type: 'Said', data: { word: 'b', loud: 1 } } as const],
      [],
    ]) {
      expect(() => outcome.then(events)).toThrow();
    }
    expect(() => outcome.thenNothing()).toThrow();
    expect(() => outcome.thenRefused('talk.silence')).toThrow();
  });

  it('folds what has happened', () => {
    given(talk, said('a')).when('Say', { word: 'a' }, { facts }).thenNothing();
    given(talk, said('a'), { type: 'Forgotten', data: {} })
      .when('Say', { word: 'a' }, { facts })
      .then([said('a')]);
  });

  it('tells another refusal and other figures apart', () => {
    const refused = given(talk, said('a'), said('b')).when('Say', { word: 'c' }, { facts, by: 'r7' });
    refused.thenRefused('talk.too-much');
    refused.thenRefused('talk.too-much', { most: 2, by: 'r7' });
    expect(() => refused.thenRefused('talk.silence')).toThrow();
    expect(() => refused.thenRefused('talk.too-much', { most: 2 })).toThrow();
    expect(() => refused.thenRefused('talk.too-much', { most: 3, by: 'r7' })).toThrow();
    expect(() => refused.then([])).toThrow();
    const bare = given(talk).when('Forget', {});
    bare.thenRefused('talk.silence');
    expect(() => bare.thenRefused('talk.silence', { most: 1 })).toThrow();
    expect(() => bare.thenNothing()).toThrow();
  });

  it('gives each event its moment: entered when it happened, unless it is said', () => {
    moments.length = 0;
    given(talk, said('a'), { ...said('b'), at: '2026-01-01T00:00:00.000Z', by: 'r7' }).when(
      'Say',
      { word: 'c' },
      { facts: { most: 9 }, at: '2026-06-01T00:00:00.000Z', now: '2026-06-02T00:00:00.000Z' },
    );
    const usual = { at: '2026-05-01T08:00:00.000Z', now: '2026-05-01T08:00:00.000Z', by: 'resident-1', capacity: 'resident' };
    expect(moments).toEqual([
      usual,
      { ...usual, at: '2026-01-01T00:00:00.000Z', now: '2026-01-01T00:00:00.000Z', by: 'r7' },
      { ...usual, at: '2026-06-01T00:00:00.000Z', now: '2026-06-02T00:00:00.000Z' },
    ]);
  });

  it('refuses data that has not the shape of its class: told, asked, or decided', () => {
    expect(() => given(talk, said(''))).toThrow('Said');
    expect(() => given(talk).when('Say', { word: 'x'.repeat(10) }, { facts })).toThrow('Say');
    expect(() => given(talk).when('Forget', { more: 1 } as { last?: number })).toThrow('/more');
    expect(() => given(talk).when('Say', { word: 'wrong' }, { facts })).toThrow('Said');
  });

  it('does not let a decision change the state', () => {
    expect(() => given(talk, said('a')).when('Say', { word: 'change' }, { facts })).toThrow(TypeError);
  });
});
