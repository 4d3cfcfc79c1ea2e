import {
  type Db,
  MongoBulkWriteError,
  MongoClient,
  type MongoClientOptions,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { ReadModelsUnavailable } from '../../../application/ports/read-models.js';

/** The name of the database, if the connection string has none. */
const usualDatabase = 'wuwei';
const hasDatabase = /^[a-z+]+:\/\/[^/?]+\/[^?]/u;

/**
 * What was acknowledged is on the disks of most members, and only that is read, from the primary: a change of the primary loses none
 * of it. A call fails after 15 s without an answer, and after 5 s without a primary.
 */
const options = {
  appName: 'wuwei',
  writeConcern: { w: 'majority', journal: true },
  readConcern: { level: 'majority' },
  readPreference: 'primary',
  retryReads: true,
  retryWrites: true,
  serverSelectionTimeoutMS: 5_000,
  socketTimeoutMS: 15_000,
} as const satisfies MongoClientOptions;

export interface Mongo {
  readonly db: Db;
  readonly close: () => Promise<void>;
}

/**
 * @param connection as MongoDB's documentation writes it: `mongodb://host:27017/wuwei`, `mongodb+srv://user:password@cluster/wuwei`
 * @throws MongoParseError if it is no connection string
 * @throws ReadModelsUnavailable if no server answers
 */
export async function connectMongo(connection: string): Promise<Mongo> {
  const client = new MongoClient(connection, options);
  const close = () => client.close();
  try {
    await client.connect();
    return { db: client.db(hasDatabase.test(connection) ? undefined : usualDatabase), close };
  } catch (error) {
    await close();
    throw isAway(error) ? new ReadModelsUnavailable(`MongoDB does not answer: ${(error as Error).message}`) : error;
  }
}

/** Does what needs an answer of the server. @throws what `unavailable` makes, if there is none */
export async function answered<T>(work: () => Promise<T>, unavailable: (why: string) => Error): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isAway(error) ? unavailable((error as Error).message) : error;
  }
}

/** There is no connection, no primary, or no answer in time. */
const isAway = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  error instanceof MongoNotConnectedError ||
  error instanceof MongoTopologyClosedError;

/** E11000: another document has this key. */
const duplicateKey = 11_000;
export const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === duplicateKey;

/** The operations of a bulk, by index, that failed because the document is there. @throws the error, if it has another cause as well */
export function duplicatesIn(error: unknown): readonly number[] {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) throw error;
  const failures = [error.writeErrors].flat();
  if (failures.length === 0 || failures.some(({ code }) => code !== duplicateKey)) throw error;
  return failures.map(({ index }) => index);
}
