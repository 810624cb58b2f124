// A run of lines of the log, in pages of which only some are here: all lines by time, or those of one task run. The first number and the
// length of every page are known from the profile, so the row of a line and the line of a row are exact without reading what is between.
import { Heights } from './heights';
import type { Bucket, Filter, Line } from './lines';

export const pageLines = 500;
export const lineHeight = 20;
export const headHeight = 30;

export interface Page { n: number; from: number; count: number; lines?: Line[]; loading?: Promise<void>; used: number }

export class Section {
  readonly pages: Page[] = [];
  readonly heights: Heights;
  errors = 0;
  folded = false;
  // Without buckets, a section of more than a page has to be asked for them.
  isMapped: boolean;
  mapping?: Promise<void>;

  constructor(readonly key: string, readonly filter: Filter, readonly hasHead: boolean, readonly runId: string | undefined, first: number, total: number) {
    this.heights = new Heights(lineHeight, total);
    this.isMapped = total <= pageLines || this.isOwn;
    if (total > 0) this.pages.push({ n: first, from: 0, count: total, used: 0 });
  }
  // The lines of the execution itself: the server has no filter for them, so they are one page, and it stays.
  get isOwn(): boolean { return this.hasHead && this.runId === undefined; }
  get total(): number { return this.heights.length; }
  get height(): number { return (this.hasHead ? headHeight : 0) + (this.folded ? 0 : this.heights.total); }

  // Neighbouring buckets become one page while it has at most `pageLines` lines. Lines that are newer than this section are left out: they
  // will be appended.
  map(buckets: readonly Bucket[]): void {
    this.pages.length = 0;
    let from = 0;
    for (const { n, lines } of buckets) {
      const count = Math.min(lines, this.total - from);
      if (count === 0) break;
      const page = this.pages[this.pages.length - 1];
      if (page && page.count + count <= pageLines) page.count += count;
      else this.pages.push({ n, from, count, used: 0 });
      from += count;
    }
    this.isMapped = true;
  }
  private search(isBefore: (page: Page) => boolean): Page | undefined {
    let low = 0;
    let high = this.pages.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (isBefore(this.pages[middle]!)) low = middle;
      else high = middle - 1;
    }
    return this.pages[low];
  }
  pageAt(index: number): Page | undefined { return this.search((page) => page.from <= index); }
  pageOf(n: number): Page | undefined { return this.search((page) => page.n <= n); }
  line(index: number): Line | undefined {
    const page = this.pageAt(index);
    return page?.lines?.[index - page.from];
  }
  // The row of a line, or of the next one that is here; undefined while its page is not here.
  rowOf(n: number): number | undefined {
    const page = this.pageOf(n);
    if (!page?.lines) return undefined;
    const at = page.lines.findIndex((line) => line.n >= n);
    return page.from + (at < 0 ? page.lines.length - 1 : at);
  }
  append(line: Line): void {
    const page = this.pages[this.pages.length - 1];
    const index = this.total;
    this.heights.grow(1);
    if (line.level === 'ERROR') this.errors++;
    if (!page || page.count >= pageLines) {
      this.pages.push({ n: line.n, from: index, count: 1, lines: [line], used: 0 });
      return;
    }
    page.count++;
    page.lines?.push(line);
  }
}
