/** Which event (by number) names which subject (by hash): a list that grows. */
export class PairList {
  hashes = new Uint32Array(4096);
  numbers = new Uint32Array(4096);
  length = 0;

  add(hash: number, number: number): void {
    if (this.length === this.hashes.length) {
      this.hashes = twiceAsLong(this.hashes);
      this.numbers = twiceAsLong(this.numbers);
    }
    this.hashes[this.length] = hash;
    this.numbers[this.length++] = number;
  }
}

function twiceAsLong(array: Uint32Array): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * array.length);
  longer.set(array);
  return longer;
}
