import { describe, expect, it } from '@jest/globals';
import { widthOf } from '../../../src/infrastructure/cli/table.js';
import { wrapped } from '../../../src/infrastructure/cli/wrapped.js';

describe('a text for the terminal', () => {
  it('given long lists in both languages, when it is wrapped, then no line is longer than the terminal, and nothing is lost', () => {
    const en = `Votes: ${Array.from({ length: 60 }, (_, i) => `Option ${i} ${i}`).join(', ')}.`;
    const zh = `得票：${Array.from({ length: 60 }, (_, i) => `凉亭${i} ${i}`).join('，')}。`;
    for (const text of [en, zh]) {
      const lines = wrapped(text, 2, 80).split('\n');
      expect([lines.length > 8, lines.every((line) => widthOf(line) <= 80), lines.slice(1).every((line) => /^ {2}\S/u.test(line))]).toEqual(
        [true, true, true],
      );
      expect(
        lines
          .map((line) => line.trim())
          .join('')
          .replaceAll(' ', ''),
      ).toBe(text.replaceAll(' ', ''));
    }
  });

  it('given short lines, empty lines and a word that is longer than the terminal, when it is wrapped, then these stay as they are', () => {
    const text = `a b\n\n${'x'.repeat(90)}\n1. ${'路'.repeat(50)}`;
    expect(wrapped(text, 2, 80)).toBe(`a b\n\n${'x'.repeat(90)}\n1. ${'路'.repeat(50)}`.replace('1. ', '1.\n  '));
  });
});
