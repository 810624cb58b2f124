// Scales and ticks of charts. Pure.
export function niceTicks(most: number, count: number): number[] {
  if (!(most > 0)) return [0];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power * 10;
  const whole = Math.max(step, step < 1 && most >= 1 ? 1 : step);
  const ticks: number[] = [];
  for (let i = 0; i * whole < most + whole; i++) ticks.push(Number((i * whole).toPrecision(12)));
  return ticks;
}

export interface Bucket { start: number; end: number; counts: Record<string, number> }

// Rows of the server (a date, a series, a count) as buckets; a series that is only zero is left out.
export function buckets(rows: readonly Record<string, unknown>[], date: string, series: string, value: string, end: number): Bucket[] {
  const found = new Map<number, Bucket>();
  for (const row of rows) {
    const start = Date.parse(String(row[date]));
    if (Number.isNaN(start)) continue;
    let bucket = found.get(start);
    if (!bucket) found.set(start, (bucket = { start, end, counts: {} }));
    const name = String(row[series] ?? '');
    const count = Number(row[value] ?? 0);
    if (count > 0) bucket.counts[name] = (bucket.counts[name] ?? 0) + count;
  }
  const list = [...found.values()].sort((left, right) => left.start - right.start);
  list.forEach((bucket, i) => { bucket.end = list[i + 1]?.start ?? Math.max(end, bucket.start + 1); });
  return list;
}

// Which buckets get a label: at most `most`, evenly apart.
export const labelled = (count: number, most: number): number[] => {
  const step = Math.max(1, Math.ceil(count / most));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
};
