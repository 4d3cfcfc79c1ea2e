import { expected } from '../../test/expected.js';

export const engine = expected;
