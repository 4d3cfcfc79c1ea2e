import type { Db } from 'mongodb';
import { answering, type Build, type StoredRow } from '../../../application/ports/projection-store.js';
import type { Named, OrderedRange, Range } from '../../../application/ports/read-models.js';
import type { RowReader } from '../reading.js';
import { Rows } from './rows.js';

/** Reads rows of the build that answers, among those that are given. */
export class MongoRowReader implements RowReader {
  constructor(
    private readonly db: Db,
    private readonly builds: () => Promise<readonly Build[]>,
  ) {}

  async get(projection: Named, key: string): Promise<StoredRow | null> {
    return (await this.#answering(projection)).get(key);
  }

  async list(projection: Named, range: Range): Promise<readonly StoredRow[]> {
    return (await this.#answering(projection)).list(range);
  }

  async listOrdered(projection: Named, _orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]> {
    return (await this.#answering(projection)).listOrdered(range);
  }

  async #answering(projection: Named): Promise<Rows> {
    const found = answering(await this.builds(), projection);
    if (!found) throw new Error(`there is no projection ${projection.name}`);
    return new Rows(this.db, found.id);
  }
}
