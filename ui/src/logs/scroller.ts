// A place in a list that may be higher than an element can be. Up to `highest` the scroll bar counts pixels. Above, its range is scaled:
// a drag of the bar jumps, turns of the wheel and keys stay exact. Pure.
const highest = 8_000_000;
const drift = 2_000;

export class Scroller {
  place = 0;
  private total = 0;
  private view = 0;
  private last = 0;

  get height(): number { return Math.min(this.total, highest); }
  get end(): number { return Math.max(0, this.total - this.view); }
  get isAtEnd(): boolean { return this.place >= this.end - 1; }
  private get range(): number { return Math.max(0, this.height - this.view); }
  private get scale(): number { return this.range === 0 ? 1 : this.end / this.range; }
  // Where the scroll bar belongs.
  get bar(): number { return this.place / this.scale; }

  size(total: number, view: number): void {
    this.total = total;
    this.view = view;
    this.place = Math.min(this.place, this.end);
  }
  to(place: number): void { this.place = Math.max(0, Math.min(place, this.end)); }
  // What the bar was put to, as the element tells it.
  put(bar: number): void { this.last = bar; }
  // The bar was moved: by how many pixels, and whether it has to be put where it belongs because it and the place went apart.
  moved(bar: number): { by: number; apart: boolean } {
    const by = bar - this.last;
    if (by === 0) return { by, apart: false };
    this.last = bar;
    if (this.scale === 1) {
      this.to(bar);
      return { by, apart: false };
    }
    const isJump = Math.abs(by) > this.view * 1.5;
    this.to(isJump ? bar * this.scale : this.place + by);
    const stuck = (bar <= 0 && this.place > 0) || (bar >= this.range && !this.isAtEnd);
    return { by, apart: !isJump && (stuck || Math.abs(this.bar - bar) > drift) };
  }
}
