import type { Db } from 'mongodb';
import { answering, type Build, type StoredRow } from '../../../application/ports/projection-store.js';
import { type Named, type OrderedRange, type Range, ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import type { RowReader } from '../reading.js';
import { answered } from './connection.js';
import { Rows } from './rows.js';

/** Reads rows of the build that answers, among those that are given. */
export class MongoRowReader implements RowReader {
  constructor(
    private readonly db: Db,
    private readonly builds: () => Promise<readonly Build[]>,
  ) {}

  async get(projection: Named, key: string): Promise<StoredRow | null> {
    return this.#read(projection, (rows) => rows.get(key));
  }

  async list(projection: Named, range: Range): Promise<readonly StoredRow[]> {
    return this.#read(projection, (rows) => rows.list(range));
  }

  async listOrdered(projection: Named, _orderedBy: string, range: OrderedRange): Promise<readonly StoredRow[]> {
    return this.#read(projection, (rows) => rows.listOrdered(range));
  }

  /** @throws ReadModelsUnavailable */
  #read<T>(projection: Named, read: (rows: Rows) => Promise<T>): Promise<T> {
    return answered(
      async () => {
        const found = answering(await this.builds(), projection);
        if (!found) throw new ReadModelsUnavailable(`there is no projection ${projection.name} yet`);
        return read(new Rows(this.db, found.id));
      },
      (why) => new ReadModelsUnavailable(why),
    );
  }
}
