import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Id, Many, One, Optional, Personal, PersonId, PersonIds, Text } from '../../../src/domain/shared/fields.js';
import {
  changePersonal,
  fieldDescriptions,
  holdsPersonal,
  isAbsent,
  isMissingPersonal,
  personalFields,
  personFields,
  personsIn,
} from '../../../src/domain/shared/field-marks.js';

class Witness {
  @PersonId() personId!: string;
  @Personal('personId') @Text(1, 100) name!: string;
}
class Story {
  @Personal() @Text(1, 100) words!: string;
  @Text(1, 100) title!: string;
}
class Report extends Story {
  @Id() reportId!: string;
  @Optional() @PersonId() subjectId?: string;
  @Optional() @Personal('subjectId') @Text(1, 100) about?: string;
  @Optional() @PersonIds(0, 9) readers?: string[];
  @Optional() @Many(() => Witness, 0, 9) witnesses?: Witness[];
  @Optional() @One(() => Witness) notary?: Witness;
}
class Plain {
  @Id() id!: string;
}
class Wrapper {
  @Many(() => Report, 0, 9) reports!: Report[];
  @Optional() @One(() => Plain) plain?: Plain;
}
class Chain {
  @Optional() @One(() => Chain) next?: Chain;
}

const report: Report = {
  reportId: 'r1',
  title: '路灯',
  words: '我看见的',
  subjectId: 'li',
  about: '他修的',
  readers: ['cai', 'wu'],
  witnesses: [
    { personId: 'chen', name: '陈建国' },
    { personId: 'xie', name: '谢小平' },
  ],
  notary: { personId: 'zhou', name: '周明' },
};

describe('the marks of a class', () => {
  it('given a class that extends another, when its marks are asked for, then it has those of both, and the other has only its own', () => {
    expect([...personalFields.of(Report)]).toEqual([
      ['words', undefined],
      ['about', 'subjectId'],
    ]);
    expect([...personalFields.of(Story)]).toEqual([['words', undefined]]);
    expect([...personalFields.of(Plain)]).toEqual([]);
    expect(personalFields.of(Report)).toBe(personalFields.of(Report));
    expect([...fieldDescriptions.of(Report)]).toEqual([]);
  });
  it('given a class, when it is asked whether it holds personal texts, then nested values count, also in a class that contains itself', () => {
    expect([Story, Report, Witness, Wrapper, Plain, Chain].map((type) => [type.name, holdsPersonal(type)])).toEqual([
      ['Story', true],
      ['Report', true],
      ['Witness', true],
      ['Wrapper', true],
      ['Plain', false],
      ['Chain', false],
    ]);
    expect([Wrapper, Plain].map(holdsPersonal)).toEqual([true, false]);
  });
  it('given a class, when its fields for persons are asked for, then nested values are not among them', () => {
    expect(personFields(Report)).toEqual(['subjectId', 'readers']);
    expect(personFields(Plain)).toEqual([]);
  });
  it('given a value, when its persons are asked for, then they are named as often as it names them, in lists and nested values too', () => {
    expect(personsIn(Report, report)).toEqual(['li', 'cai', 'wu', 'chen', 'xie', 'zhou']);
    expect(personsIn(Wrapper, { reports: [report, { ...report, witnesses: [] }] })).toEqual([
      ...['li', 'cai', 'wu', 'chen', 'xie', 'zhou'],
      ...['li', 'cai', 'wu', 'zhou'],
    ]);
    expect(personsIn(Report, { reportId: 'r1', title: '路灯', words: '…' })).toEqual([]);
  });
});

describe('changePersonal', () => {
  const told = (type: object, value: object) => {
    const seen: [string, string, string][] = [];
    const changed = changePersonal(type, value, 'actor', ({ text, owner, field }) => {
      seen.push([field, owner, text]);
      return `<${text}>`;
    });
    return { seen, changed };
  };

  it('given a value, when its personal texts are changed, then each has its owner and its path, and nothing else changes', () => {
    const before = structuredClone(report);
    const { seen, changed } = told(Wrapper, { reports: [report], plain: { id: 'p1' } });
    expect(seen).toEqual([
      ['reports/0/words', 'actor', '我看见的'],
      ['reports/0/about', 'li', '他修的'],
      ['reports/0/witnesses/0/name', 'chen', '陈建国'],
      ['reports/0/witnesses/1/name', 'xie', '谢小平'],
      ['reports/0/notary/name', 'zhou', '周明'],
    ]);
    expect(changed).toEqual({
      reports: [
        {
          ...report,
          words: '<我看见的>',
          about: '<他修的>',
          witnesses: [
            { personId: 'chen', name: '<陈建国>' },
            { personId: 'xie', name: '<谢小平>' },
          ],
          notary: { personId: 'zhou', name: '<周明>' },
        },
      ],
      plain: { id: 'p1' },
    });
    expect(report).toEqual(before);
  });
  it('given fields that are left out, or a text without its person, when personal texts are changed, then they stay as they are', () => {
    expect(told(Report, { reportId: 'r1', title: '路灯', about: '谁？' })).toEqual({
      seen: [],
      changed: { reportId: 'r1', title: '路灯', about: '谁？' },
    });
  });
});

describe('a personal text that is absent', () => {
  it('given no text, when it is read, then it is absent; an empty one is not', () => {
    expect([isAbsent(undefined), isAbsent('')]).toEqual([true, false]);
  });
  it.each([
    ['/words', true],
    ['/about', true],
    ['/title', false],
    ['/witnesses/0/name', true],
    ['/witnesses/12/name', true],
    ['/witnesses/0/personId', false],
    ['/notary/name', true],
    ['/notary', false],
    ['/readers/0', false],
    ['/nothing/name', false],
    ['', false],
  ])('given an error at %s, when it says that a field is required, then it is a missing personal text: %s', (pointer, isPersonal) => {
    expect(isMissingPersonal(Report, { pointer, code: 'required' })).toBe(isPersonal);
    expect(isMissingPersonal(Report, { pointer, code: 'format' })).toBe(false);
  });
  it('given an error two levels below, when it says that a field is required, then the path is followed', () => {
    const missing = (pointer: string) => isMissingPersonal(Wrapper, { pointer, code: 'required' });
    expect([missing('/reports/3/witnesses/0/name'), missing('/reports/3/words'), missing('/reports/3/title'), missing('/words')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
