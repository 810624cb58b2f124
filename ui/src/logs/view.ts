// The log as it is looked at: sections with rows, of which windows are here. Rows that come into view are asked for ahead; pages that have
// not been seen for long are given up, so that a log of a million lines costs as much as one of twenty thousand (UI-652, UI-1064).
import { lineOf, type Filter, type Line, type Profile, type Reader, type Window } from './lines';
import { headHeight, lineHeight, pageLines, Section, type Page } from './section';

const keptPages = 40;
const ahead = 300;
const windowLines = 1000;
const mostBuckets = 2000;
const shownLength = 4140; // of a long line, with the button for the rest
// Several short groups come with one request of what is written around them.
const together = 3;

interface Events {
  changed: () => void;
  failed: (reason: unknown) => void;
  stale: () => void; // the log is not that of the profile any more
}
export interface Place { section: number; row: number } // row -1: the head of the section
export interface Row { key: string; kind: 'head' | 'line' | 'gap'; section: Section; at: Place; line?: Line }

export class LogView {
  sections: Section[] = [];
  last = 0; // the greatest number that is known
  private clock = 0;
  private closed = false;
  private columns = 100;
  private wraps = true;

  constructor(private readonly reader: Reader, readonly filter: Filter, readonly byTask: boolean, private readonly on: Events) {}

  // `isLive`: more lines will be appended, so the number of the last one has to be known.
  async open(profile: Profile, folded: ReadonlySet<string>, isLive: boolean): Promise<void> {
    const end = profile.buckets[profile.buckets.length - 1];
    if (isLive && end) this.last = (await this.read(this.filter, end.n, () => end.lines)).pop()?.n ?? end.n;
    if (!this.byTask) {
      const all = new Section('all', this.filter, false, undefined, profile.buckets[0]?.n ?? 1, profile.total);
      await this.map(all, profile);
      this.sections = [all];
      return;
    }
    this.sections = profile.runs.map((run) => {
      const section = this.group(run.taskRunId, run.first, run.lines);
      section.errors = run.errors;
      section.folded = folded.has(section.key);
      return section;
    });
  }
  close(): void { this.closed = true; }
  private group(run: string | undefined, first: number, lines: number): Section {
    return new Section(run ?? '', { ...this.filter, ...(run === undefined ? {} : { taskRunId: run }) }, true, run, first, lines);
  }
  private async map(section: Section, profile?: Profile): Promise<void> {
    const wanted = Math.min(mostBuckets, Math.ceil(section.total / pageLines));
    const enough = profile !== undefined && profile.buckets.length >= wanted;
    section.map((enough ? profile : await this.reader.profile(section.filter, wanted)).buckets);
  }

  // Once for each section, whoever asks first: a second answer would replace pages that are here.
  private mapped(section: Section): Promise<void> {
    return (section.mapping ??= this.map(section).catch((reason: unknown) => {
      delete section.mapping;
      throw reason;
    }));
  }

  get total(): number { return this.sections.reduce((sum, section) => sum + section.total, 0); }
  get height(): number { return this.sections.reduce((sum, section) => sum + section.height, 0); }
  top({ section: index, row }: Place): number {
    let sum = 0;
    for (let i = 0; i < index; i++) sum += this.sections[i]?.height ?? 0;
    const section = this.sections[index];
    if (!section || row < 0) return sum;
    return sum + (section.hasHead ? headHeight : 0) + (section.folded ? 0 : section.heights.top(row));
  }
  place(pixels: number): Place {
    let rest = pixels;
    for (let i = 0; i < this.sections.length; i++) {
      const section = this.sections[i]!;
      const isLast = i === this.sections.length - 1;
      if (rest >= section.height && !isLast) { rest -= section.height; continue; }
      const head = section.hasHead ? headHeight : 0;
      if (rest < head || section.folded || section.total === 0) return { section: i, row: section.hasHead ? -1 : 0 };
      return { section: i, row: section.heights.at(rest - head) };
    }
    return { section: 0, row: 0 };
  }
  next({ section, row }: Place): Place | undefined {
    const own = this.sections[section];
    if (!own) return undefined;
    if (!own.folded && row + 1 < own.total) return { section, row: row + 1 };
    const other = this.sections[section + 1];
    return other && { section: section + 1, row: other.hasHead ? -1 : 0 };
  }
  rows(from: number, to: number): Row[] {
    const rows: Row[] = [];
    let at: Place | undefined = this.sections.length === 0 ? undefined : this.place(Math.max(0, from));
    let y = at ? this.top(at) : 0;
    for (; at && y < to; at = this.next(at)) {
      const section = this.sections[at.section]!;
      if (at.row < 0) {
        rows.push({ key: `g${section.key}`, kind: 'head', section, at });
        y += headHeight;
        continue;
      }
      if (section.total === 0) continue;
      const line = section.line(at.row);
      rows.push({ key: line ? `l${line.n}` : `w${section.key}:${at.row}`, kind: line ? 'line' : 'gap', section, at, ...(line ? { line } : {}) });
      y += section.heights.height(at.row);
    }
    return rows;
  }

  // Asks for what is missing from one row to another and a little around.
  want(first: Place, last: Place): void {
    this.clock++;
    const missing: { section: Section; page: Page }[] = [];
    let left = ahead;
    for (let i = last.section; i < this.sections.length && left > 0; i++) {
      const section = this.sections[i]!;
      const from = i === last.section ? Math.max(0, last.row) : 0;
      left -= this.mark(section, from, Math.min(section.total - 1, from + left), missing);
    }
    left = ahead;
    for (let i = last.section; i >= 0 && (i >= first.section || left > 0); i--) {
      const section = this.sections[i]!;
      const to = i === last.section ? Math.max(0, last.row) : section.total - 1;
      const from = i > first.section ? 0 : i === first.section ? Math.max(0, first.row - left) : Math.max(0, to - left);
      const seen = this.mark(section, from, to, missing);
      if (i <= first.section) left -= seen;
    }
    const short = [...new Set(missing.filter(({ section }) => section.isOwn || (section.hasHead && section.isMapped && section.pages.length === 1)).map(({ section }) => section))];
    if (short.length >= together || short.some((section) => section.isOwn)) void this.loadTogether(short);
    for (const { section, page } of missing) if (!page.loading && !section.isOwn) void this.load(section, page);
    this.giveUp();
  }
  private mark(section: Section, from: number, to: number, missing: { section: Section; page: Page }[]): number {
    if (section.folded || section.total === 0 || to < from) return 1;
    for (let page = section.pageAt(from); page; page = section.pageAt(page.from + page.count)) {
      page.used = this.clock;
      if (!page.lines && !page.loading && !missing.some((one) => one.page === page)) missing.push({ section, page });
      if (page.from + page.count > to) break;
    }
    return to - from + 1;
  }
  private async read(filter: Filter, from: number, count: () => number): Promise<Line[]> {
    const lines: Line[] = [];
    for (let at = from; lines.length < count();) {
      const answer = await this.reader.window(filter, at, Math.min(windowLines, count() - lines.length));
      lines.push(...answer.lines.map(lineOf));
      if (answer.lines.length === 0) break;
      at = lines[lines.length - 1]!.n + 1;
    }
    return lines;
  }
  private begin(pages: readonly Page[], work: () => Promise<void>): Promise<void> {
    const loading = work().catch((reason: unknown) => { if (!this.closed) this.on.failed(reason); }).finally(() => {
      for (const page of pages) delete page.loading;
    });
    for (const page of pages) page.loading = loading;
    return loading;
  }
  private load(section: Section, page: Page): Promise<void> {
    return this.begin([page], async () => {
      if (section.isMapped) this.take(section, page, await this.read(section.filter, page.n, () => page.count));
      else await this.mapped(section);
      if (!this.closed) this.on.changed();
    });
  }
  private take(section: Section, page: Page, lines: Line[]): void {
    // Lines that were deleted, or numbered again: the profile is not that of this log any more.
    if (this.closed) return;
    if (lines.length < page.count || lines[0]?.n !== page.n) return this.on.stale();
    page.lines = lines;
    for (const [i, line] of lines.entries()) section.heights.set(page.from + i, this.estimate(line));
  }
  private loadTogether(sections: readonly Section[]): Promise<void> {
    const open = new Map(sections.map((section) => [section.key, { section, page: section.pages[0]!, lines: [] as Line[] }]));
    return this.begin([...open.values()].map(({ page }) => page), async () => {
      const own = open.get('');
      let at: number | undefined = Math.min(...sections.map((section) => section.pages[0]!.n));
      // Lines of the execution itself have no filter of the server: they are looked for in the windows after the first of them.
      for (let tries = own ? keptPages : 1; at !== undefined && tries > 0; tries--) {
        const answer: Window = await this.reader.window(this.filter, at, windowLines);
        for (const line of answer.lines) open.get(line.taskRunId ?? '')?.lines.push(lineOf(line));
        const end = answer.lines[answer.lines.length - 1];
        at = end && answer.more.after && (own?.lines.length ?? 0) < (own?.page.count ?? 0) ? end.n + 1 : undefined;
      }
      for (const { section, page, lines } of open.values()) {
        if (lines.length >= page.count) this.take(section, page, lines.slice(0, page.count));
        else if (section.isOwn) page.lines = lines; // what is further away is not looked for
        else this.take(section, page, await this.read(section.filter, page.n, () => page.count));
      }
      if (!this.closed) this.on.changed();
    });
  }
  private giveUp(): void {
    const here = this.sections.flatMap((section) => (section.isOwn ? [] : section.pages).filter((page) => page.lines && page.used < this.clock));
    const sum = here.reduce((count, page) => count + (page.lines?.length ?? 0), 0);
    let over = sum - keptPages * pageLines;
    if (over <= 0) return;
    for (const page of here.sort((left, right) => left.used - right.used)) {
      if (over <= 0) return;
      over -= page.lines?.length ?? 0;
      delete page.lines;
    }
  }

  // Lines that were written since: each belongs to the end of its section.
  append(answers: readonly Window['lines'][number][]): void {
    for (const answer of answers) {
      if (answer.n <= this.last) continue;
      const line = lineOf(answer);
      this.last = line.n;
      const section = this.byTask ? this.sectionOf(line) : this.sections[0];
      if (!section) continue;
      section.append(line);
      section.heights.set(section.total - 1, this.estimate(line));
    }
  }
  // Lines break at so many characters, or not at all.
  layOut(columns: number, wraps: boolean): void {
    if (columns === this.columns && wraps === this.wraps) return;
    this.columns = columns;
    this.wraps = wraps;
    for (const section of this.sections) {
      section.heights.reset();
      for (const page of section.pages) for (const [i, line] of (page.lines ?? []).entries()) section.heights.set(page.from + i, this.estimate(line));
    }
  }
  private estimate(line: Line): number {
    if (!this.wraps) return lineHeight;
    const parts = line.plain.slice(0, shownLength).split('\n');
    return parts.reduce((sum, part) => sum + Math.max(1, Math.ceil(part.length / this.columns)), 0) * lineHeight;
  }
  private sectionOf(line: Line): Section {
    const found = this.sections.find((one) => one.key === (line.taskRunId ?? ''));
    if (found) return found;
    const made = this.group(line.taskRunId, line.n, 0);
    this.sections.push(made);
    return made;
  }
  // The place of a line, once its page is here.
  async find(line: { n: number; taskRunId?: string | undefined }): Promise<Place | undefined> {
    const index = this.byTask ? this.sections.findIndex((one) => one.key === (line.taskRunId ?? '')) : 0;
    const section = this.sections[index];
    if (!section) return undefined;
    section.folded = false;
    if (!section.isMapped) await this.mapped(section);
    const page = section.pageOf(line.n);
    if (page && !page.lines) await (page.loading ?? (section.isOwn ? this.loadTogether([section]) : this.load(section, page)));
    const row = section.rowOf(line.n) ?? page?.from;
    return row === undefined ? undefined : { section: index, row };
  }
  replace(line: Line): void {
    for (const section of this.sections) {
      const page = section.pageOf(line.n);
      const at = page?.lines?.findIndex((one) => one.n === line.n) ?? -1;
      if (at >= 0) page?.lines?.splice(at, 1, line);
    }
    this.on.changed();
  }
}
