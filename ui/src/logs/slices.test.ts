import { describe, expect, it } from 'vitest';
import { Slices } from './slices';

// A screen whose frames the test draws.
class Frames {
  now = 0;
  turns: ((now: number) => void)[] = [];
  next = (turn: (now: number) => void): number => this.turns.push(turn);
  cancel = (): void => { this.turns = []; };
  draw(after = 16): void {
    this.now += after;
    this.turns.splice(0).forEach((turn) => { turn(this.now); });
  }
}
const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

// UI-655, UI-1003
describe('lines in slices', () => {
  it('come evenly, in order, all of them, within the time to the next heap', () => {
    const screen = new Frames();
    const slices: number[][] = [];
    const lines = new Slices<number>((slice) => slices.push(slice), screen);
    lines.add(numbers(0, 200));
    for (let frame = 0; frame < 14; frame++) screen.draw();
    expect(slices.flat()).toEqual(numbers(0, 200));
    expect(Math.max(...slices.map((slice) => slice.length))).toBeLessThanOrEqual(17);
    expect(screen.turns).toHaveLength(0);
  });
  it('keep up with more than arrives, and never show more than a bounded number at once', () => {
    const screen = new Frames();
    const slices: number[][] = [];
    const lines = new Slices<number>((slice) => slices.push(slice), screen);
    lines.add(numbers(0, 5000));
    for (let frame = 0; frame < 20; frame++) screen.draw(frame === 3 ? 4000 : 16);
    expect(slices.flat()).toEqual(numbers(0, 5000));
    expect(Math.max(...slices.map((slice) => slice.length))).toBe(1000);
  });
  it('end with the log they belong to', () => {
    const screen = new Frames();
    const slices: number[][] = [];
    const lines = new Slices<number>((slice) => slices.push(slice), screen);
    lines.add(numbers(0, 100));
    screen.draw();
    lines.clear();
    expect(screen.turns).toHaveLength(0);
    lines.add(numbers(500, 3));
    screen.draw();
    expect(slices.flat().filter((line) => line >= 500)).toEqual([500, 501, 502]);
  });
});
