/** A file that is not valid in its format. Every invalid line is named; nothing of the file is used. */
export class MalformedFile extends Error {
  override readonly name = 'MalformedFile';

  /** @param problems in the order of the lines, counted from 1; at least one */
  constructor(readonly problems: readonly { readonly line: number; readonly message: string }[]) {
    super(
      problems
        .slice(0, 20)
        .map(({ line, message }) => `line ${line}: ${message}`)
        .join('\n') + (problems.length > 20 ? `\n… ${problems.length - 20} more` : ''),
    );
  }
}

export type Encoding = 'utf8' | 'latin1';

/** The text of a file in UTF-8, with or without a byte order mark; if it is not valid UTF-8, it is read as Latin-1. */
export function decodeText(bytes: Uint8Array): { readonly text: string; readonly encoding: Encoding } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf8' };
  } catch {
    return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'), encoding: 'latin1' };
  }
}
