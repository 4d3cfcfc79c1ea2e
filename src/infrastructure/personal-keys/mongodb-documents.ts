import { existsSync } from 'node:fs';
import type { Binary, Collection } from 'mongodb';
import { decrypt } from '../../application/kernel/encryption.js';
import { KeysUnavailable } from '../../application/ports/personal-keys.js';
import { existingKeyIn, InvalidKeyFile } from '../key-file.js';
import { answered } from '../read-models/mongodb/connection.js';
import { installation, nextOf } from './keys-file.js';

/* The collection `keys` in MongoDB, and the master key that wraps what is in it. */

export interface KeyDocument {
  /** The owner. */
  readonly _id: string;
  /** The key, encrypted with the master key and bound to its owner. Empty: destroyed. */
  readonly wrapped: Binary;
  readonly destroyed?: Date;
  /** Of the installation, while the master key is rotated: its key, encrypted with the next master key. */
  readonly next?: Binary;
}
export type KeyDocuments = Collection<KeyDocument>;
/** Not what is known of the keys as a whole. */
export const isKey = { wrapped: { $exists: true } } as const;

const noMasterKey = (file: string): string =>
  `${file} is no master key (64 hexadecimal digits). Put back the file that belongs to the keys in MongoDB: without it no personal ` +
  'data can be read. ' +
  `${file} 不是主密钥（64 位十六进制数字）。请放回与 MongoDB 中密钥对应的文件，否则无法读取个人信息。`;

const noFile = (file: string): string =>
  `The master key ${file} is missing. All processes need the same one. For a new installation make it once with \`wuwei keys ` +
  `make\`, and give it to every process. ` +
  `缺少主密钥 ${file}。所有进程须使用同一份；新装时请用 wuwei keys make 生成一次，再交给每个进程。`;

const otherMaster = (file: string): string =>
  `${file} is not the master key that the keys in MongoDB were made with. Name the file of that one with --master-key-file. ` +
  `${file} 不是生成 MongoDB 中密钥时的主密钥，请用 --master-key-file 指定。`;

const isRotating =
  'The master key is being rotated, or that was broken off. Run `wuwei keys rotate` again, with both files that it has left, then ' +
  'start this. ' +
  '正在更换主密钥，或更换未完成。请用留下的两个文件再次运行 wuwei keys rotate，然后再启动。';

/** A master key, and its file. */
export interface Master {
  readonly master: Uint8Array;
  readonly file: string;
}

/** The master key in a file, and the next one that a rotation has left beside it. @throws InvalidKeyFile */
export function mastersIn(file: string): readonly [Master, ...Master[]] {
  if (!existsSync(file)) throw new InvalidKeyFile(noFile(file));
  const read = (one: string): Master => ({ master: existingKeyIn(one, noMasterKey(one)), file: one });
  return [read(file), ...(existsSync(nextOf(file)) ? [read(nextOf(file))] : [])];
}

/** That which wraps the key of the installation. @throws InvalidKeyFile */
export function masterIn({ wrapped }: KeyDocument, file: string): Master {
  const found = mastersIn(file).find(({ master }) => openedBy(master, installation, wrapped.value()) !== null);
  if (!found) throw new InvalidKeyFile(otherMaster(file));
  return found;
}

/** @throws InvalidKeyFile */
export function assertIsNotRotating(documents: readonly KeyDocument[]): void {
  if (documents.some(({ next }) => next !== undefined)) throw new InvalidKeyFile(isRotating);
}

/** That which wraps the keys, while it is not being rotated. @throws InvalidKeyFile */
export function masterOf(document: KeyDocument, file: string): Uint8Array {
  assertIsNotRotating([document]);
  return masterIn(document, file).master;
}

/** Null if it is damaged, or wrapped by another master key. */
export function openedBy(master: Uint8Array, owner: string, wrapped: Uint8Array): Uint8Array | null {
  try {
    return decrypt(wrapped, master, owner);
  } catch {
    return null;
  }
}

/** @throws KeysUnavailable */
export const asked = <T>(work: () => Promise<T>): Promise<T> => answered(work, (why) => new KeysUnavailable(why));
