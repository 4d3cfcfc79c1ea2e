import { describe, expect, it } from '@jest/globals';
import { refuse } from '../../../src/domain/shared/decider.js';

describe('refuse', () => {
  it('given a code, when something is refused, then the refusal has it, and the values of its text only if there are any', () => {
    expect(refuse('platform.paper-final')).toStrictEqual({ refused: 'platform.paper-final' });
    expect(refuse('platform.entry-limit', { limit: 5 })).toStrictEqual({ refused: 'platform.entry-limit', with: { limit: 5 } });
  });
});
