// Heights of the rows of a long list: estimated first, corrected when they are measured. Rows that were never seen cost nothing: sums are
// kept in blocks, and a block has its own heights only after one of them differs from the usual one. Pure.
const block = 256;

export class Heights {
  private readonly blocks = new Map<number, number[]>();
  private readonly extra = new Map<number, number>(); // how much higher than usual a block is
  private grown = 0;

  constructor(private readonly usual: number, private count = 0) {}

  get length(): number { return this.count; }
  get total(): number { return this.count * this.usual + this.grown; }

  reset(): void {
    this.blocks.clear();
    this.extra.clear();
    this.grown = 0;
  }
  grow(rows: number): void { this.count += rows; }
  // How much the row grew.
  set(index: number, height: number): number {
    const by = height - this.height(index);
    if (by === 0) return 0;
    const at = Math.floor(index / block);
    const rows = this.blocks.get(at) ?? new Array<number>(block).fill(this.usual);
    rows[index % block] = height;
    this.blocks.set(at, rows);
    this.extra.set(at, (this.extra.get(at) ?? 0) + by);
    this.grown += by;
    return by;
  }
  height(index: number): number { return this.blocks.get(Math.floor(index / block))?.[index % block] ?? this.usual; }
  top(index: number): number {
    const whole = Math.floor(index / block);
    let sum = index * this.usual;
    for (const [at, by] of this.extra) if (at < whole) sum += by;
    const rows = this.blocks.get(whole);
    if (rows) for (let i = 0; i < index % block; i++) sum += (rows[i] ?? this.usual) - this.usual;
    return sum;
  }
  // The row at a place, counted in pixels from the top.
  at(place: number): number {
    let low = 0;
    let high = Math.max(0, this.count - 1);
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.top(middle) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
