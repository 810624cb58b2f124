// Heights of the rows of a long list: estimated first, corrected when they are measured. Sums are kept in blocks, so that neither
// appending nor finding a place costs more with more rows. Pure.
const block = 256;

export class Heights {
  private rows: number[] = [];
  private sums: number[] = [];

  get length(): number { return this.rows.length; }
  get total(): number { return this.sums.reduce((sum, part) => sum + part, 0); }

  push(height: number): void {
    const at = Math.floor(this.rows.length / block);
    this.rows.push(height);
    this.sums[at] = (this.sums[at] ?? 0) + height;
  }
  reset(heights: Iterable<number>): void {
    this.rows = [];
    this.sums = [];
    for (const height of heights) this.push(height);
  }
  // How much the row grew.
  set(index: number, height: number): number {
    const grown = height - (this.rows[index] ?? height);
    if (grown === 0) return 0;
    this.rows[index] = height;
    const at = Math.floor(index / block);
    this.sums[at] = (this.sums[at] ?? 0) + grown;
    return grown;
  }
  height(index: number): number { return this.rows[index] ?? 0; }
  top(index: number): number {
    const whole = Math.floor(index / block);
    let sum = 0;
    for (let i = 0; i < whole; i++) sum += this.sums[i] ?? 0;
    for (let i = whole * block; i < index; i++) sum += this.rows[i] ?? 0;
    return sum;
  }
  // The row at a place, counted in pixels from the top.
  at(place: number): number {
    let rest = place;
    let i = 0;
    for (let part = 0; part < this.sums.length; part++, i += block) {
      const sum = this.sums[part] ?? 0;
      if (rest < sum) break;
      rest -= sum;
    }
    for (; i < this.rows.length - 1; i++) {
      const height = this.rows[i] ?? 0;
      if (rest < height) break;
      rest -= height;
    }
    return Math.max(0, Math.min(i, this.rows.length - 1));
  }
}
