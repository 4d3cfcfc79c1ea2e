import { Int, Optional, Text } from '../domain/shared/fields.js';

/** Query parameters of a list that is answered in pages. */
export class Paged {
  /** Where the page before ended: its `next`. */
  @Optional() @Text(1, 400) cursor?: string;
  @Optional() @Int(1, 200) limit?: number;
}
