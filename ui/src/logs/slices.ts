// New lines come in heaps. They are shown in slices, a few with each frame of the screen, so that no frame takes long and the end of the log
// moves evenly (UI-655, UI-1003).
export interface Screen { next: (turn: (now: number) => void) => number; cancel: (handle: number) => void }

const within = 200; // ms: the server sends at most five heaps per second
const least = 8;
const most = 1000;
const browser: Screen = { next: (turn) => requestAnimationFrame(turn), cancel: (handle) => { cancelAnimationFrame(handle); } };

export class Slices<Item> {
  private queue: Item[] = [];
  private pace = 0; // items per ms
  private before: number | undefined;
  private planned: number | undefined;

  constructor(private readonly show: (slice: Item[]) => void, private readonly screen: Screen = browser) {}

  add(items: readonly Item[]): void {
    if (items.length === 0) return;
    for (const item of items) this.queue.push(item);
    this.pace = Math.max(this.pace, this.queue.length / within);
    this.plan();
  }
  clear(): void {
    this.queue = [];
    this.rest();
  }
  private plan(): void { this.planned ??= this.screen.next((now) => { this.turn(now); }); }
  private rest(): void {
    if (this.planned !== undefined) this.screen.cancel(this.planned);
    this.planned = this.before = undefined;
    this.pace = 0;
  }
  private turn(now: number): void {
    this.planned = undefined;
    const count = Math.min(most, Math.max(least, Math.ceil(this.pace * (now - (this.before ?? now)))));
    this.before = now;
    const slice = this.queue.slice(0, count);
    this.queue = this.queue.slice(count);
    if (this.queue.length === 0) this.rest();
    else this.plan();
    this.show(slice);
  }
}
