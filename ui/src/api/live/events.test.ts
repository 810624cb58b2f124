import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../errors';
import { isFollowing, lostSince } from './connection';
import { Events, type Frame, type Subscription, type Transport } from './events';

// A server whose streams end when the test says so.
class Server implements Transport {
  lastIds: string[] = [];
  since: (number | undefined)[] = [];
  asked: { stream: string; subscribe: string[]; unsubscribe: string[] }[] = [];
  away = false;
  silent = false;
  unknown = '';
  name = 'one';
  private to: ReadableStreamDefaultController<Uint8Array> | undefined;

  open(lastId: string): Promise<ReadableStream<Uint8Array>> {
    this.lastIds.push(lastId);
    if (this.away) return Promise.reject(new ApiError(0, 'away', 'NETWORK', [], ''));
    return Promise.resolve(new ReadableStream({ start: (to) => { this.to = to; if (!this.silent) this.say(`id: hello\ndata: {"stream":"${this.name}"}\n\nid: ${this.name}-1\n\n`); } }));
  }
  change(stream: string, subscriptions: Subscription[], unsubscribe: string[]): Promise<unknown> {
    const subscribe = subscriptions.map((one) => one.topic);
    this.since.push(...subscriptions.map((one) => one.since));
    this.asked.push({ stream, subscribe, unsubscribe });
    if (stream !== this.name) return Promise.reject(new ApiError(404, 'no such stream', '', [], ''));
    if (this.unknown !== '' && subscribe.includes(this.unknown)) return Promise.reject(new ApiError(400, 'no such topic', '', [], ''));
    return Promise.resolve({});
  }
  say(text: string): void { this.to?.enqueue(new TextEncoder().encode(text)); }
  frame(topic: string, revision: number, more: object = {}): void { this.say(`id: ${this.name}-${revision}\ndata: ${JSON.stringify({ topic, revision, ...more })}\n\n`); }
  cut(): void { this.to?.error(new Error('cut')); }
  close(): void { this.to?.close(); }
}
const follower = () => {
  const frames: Frame[] = [];
  return { frames, frame: (frame: Frame) => { frames.push(frame); }, ask: vi.fn() };
};
const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => { vi.useFakeTimers(); vi.spyOn(Math, 'random').mockReturnValue(0.5); });
afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks(); });

describe('the stream of events', () => {
  // UI-1000, UI-1001
  it('is one for all topics, and a topic is told of once', async () => {
    const server = new Server();
    const events = new Events(server);
    const [a, b, c] = [follower(), follower(), follower()];
    const stops = [events.follow('execution:1', a), events.follow('execution:1', b), events.follow('executions', c)];
    await pass(100);
    expect(server.lastIds).toEqual(['']);
    expect(server.asked).toEqual([{ stream: 'one', subscribe: ['execution:1', 'executions'], unsubscribe: [] }]);
    expect(c.ask).toHaveBeenCalledTimes(1); // a list is read once after its subscription
    expect(a.ask).not.toHaveBeenCalled();
    expect(isFollowing.value).toBe(true);
    server.frame('execution:1', 5, { patch: {} });
    server.frame('executions', 6, { overflow: true });
    await pass(1);
    expect([a.frames.length, b.frames.length, c.frames.length, c.ask.mock.calls.length]).toEqual([1, 1, 0, 2]);
    stops[0]?.();
    await pass(100);
    expect(server.asked).toHaveLength(1);
    stops[1]?.();
    await pass(100);
    expect(server.asked[1]).toEqual({ stream: 'one', subscribe: [], unsubscribe: ['execution:1'] });
    stops[2]?.();
    await pass(6000);
    expect(isFollowing.value).toBe(false);
  });
  // UI-1004, UI-1005
  it('continues where it was cut, with the delays of the specification; asks meanwhile from the second failure on', async () => {
    const server = new Server();
    const events = new Events(server);
    const one = follower();
    const stop = events.follow('runs:1', one);
    await pass(100);
    server.frame('runs:1', 7, { rows: [] });
    await pass(1);
    server.away = true;
    server.cut();
    await pass(1);
    expect(lostSince.value).toBeDefined();
    expect(one.ask).not.toHaveBeenCalled();
    await pass(500);
    expect(server.lastIds).toEqual(['', 'one-7']);
    expect(one.ask).toHaveBeenCalledTimes(1);
    await pass(1000 + 2000);
    expect(server.lastIds).toHaveLength(4);
    await pass(3000);
    expect(one.ask.mock.calls.length).toBeGreaterThanOrEqual(2);
    server.away = false;
    await pass(4000);
    expect(lostSince.value).toBeUndefined();
    expect(server.asked).toHaveLength(1); // the same stream: it has its topics
    const before = one.ask.mock.calls.length;
    await pass(12_000);
    expect(one.ask).toHaveBeenCalledTimes(before);
    stop();
    await pass(6000);
  });
});

// UI-653
describe('a topic that goes on from a place', () => {
  it('is subscribed to from what its follower has, also in a new stream; one that comes later reads once', async () => {
    const server = new Server();
    const events = new Events(server);
    let has = 7;
    const one = { ...follower(), since: () => has };
    const stops = [events.follow('log:1', one)];
    await pass(100);
    expect(server.since).toEqual([7]);
    expect(one.ask).not.toHaveBeenCalled();
    server.frame('log:1', 9, { lines: [] });
    await pass(1);
    expect(one.frames).toHaveLength(1);
    const other = { ...follower(), since: () => 3 };
    stops.push(events.follow('log:1', other));
    expect(other.ask).toHaveBeenCalledExactlyOnceWith(false);
    has = 9;
    stops.splice(1, 1)[0]?.();
    server.name = 'two';
    server.close();
    await pass(500);
    expect(server.since).toEqual([7, 9]);
    server.frame('log:1', 0, { overflow: true });
    await pass(1);
    expect(one.ask).toHaveBeenLastCalledWith(true);
    stops.forEach((stop) => { stop(); });
    await pass(6000);
  });
});

describe('a stream that is not there', () => {
  it('subscribes again and reads everything once where the server begins a new stream', async () => {
    const server = new Server();
    const events = new Events(server);
    const one = follower();
    const stop = events.follow('execution:1', one);
    await pass(100);
    server.name = 'two';
    server.close();
    await pass(500);
    expect(server.asked.map((request) => request.stream)).toEqual(['one', 'two']);
    expect(one.ask).toHaveBeenCalledTimes(1);
    expect(lostSince.value).toBeUndefined();
    stop();
    await pass(6000);
  });
  it('asks at intervals behind a proxy that holds the stream back, and where the server has none', async () => {
    const server = new Server();
    server.silent = true;
    const events = new Events(server);
    const one = follower();
    const stop = events.follow('execution:1', one);
    await pass(3100);
    expect(one.ask).toHaveBeenCalledTimes(1);
    await pass(10_000);
    expect(one.ask).toHaveBeenCalledTimes(3);
    expect(isFollowing.value).toBe(false);
    stop();
    await pass(70_000);
  });
  it('follows the other topics where the server refuses one, which is asked for at intervals', async () => {
    const server = new Server();
    server.unknown = 'executions?filters[x][EQUALS]=1';
    const events = new Events(server);
    const [good, bad] = [follower(), follower()];
    const stops = [events.follow('execution:1', good), events.follow(server.unknown, bad)];
    await pass(100);
    expect(server.asked.map((request) => request.subscribe)).toEqual([['execution:1', server.unknown], ['execution:1'], [server.unknown]]);
    await pass(11_000);
    expect(server.asked).toHaveLength(3);
    expect([good.ask.mock.calls.length, bad.ask.mock.calls.length]).toEqual([0, 2]);
    stops.forEach((stop) => { stop(); });
    await pass(6000);
  });
});
