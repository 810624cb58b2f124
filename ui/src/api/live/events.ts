// The one stream of this page (UI-1000 to UI-1004): every part of it that follows something subscribes to a topic here. A lost connection is
// tried again after 0.5, 1, 2, 4, 8, 15 s with jitter and continues where it was lost. From the second failure on, and where a proxy holds the
// stream back, everything that is followed is read at intervals instead.
import { EventReader } from '@/model/sse';
import type { Schemas } from '../client';
import { ApiError } from '../errors';
import { markLost, markOpen } from './connection';

export interface Frame {
  topic: string;
  revision: number;
  patch?: unknown;
  rows?: unknown[];
  lines?: Schemas['LogWindow']['lines'];
  gone?: string[];
  total?: number;
  byState?: Record<string, number>;
  end?: boolean;
  overflow?: boolean;
}
export interface Follower {
  frame: (frame: Frame) => void;
  // Read by the operation that the topic belongs to: it is not known what happened, or (`isOver`) too much did.
  ask: (isOver: boolean) => void;
  since?: (() => number) | undefined; // what it has: the stream sends what comes after it
  late?: boolean | undefined; // a change just before the subscription may be missed: it is not asked for again
}
export interface Subscription { topic: string; since?: number }
export interface Transport {
  open: (lastId: string, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>;
  change: (stream: string, subscribe: Subscription[], unsubscribe: string[]) => Promise<unknown>;
}

const delays = [500, 1000, 2000, 4000, 8000, 15_000];
const askEvery = 5000;
const helloWithin = 3000; // later: a proxy holds the stream back
const silence = 40_000; // the server says every 15 s that it is alive
const together = 20; // changes of topics within this time are one request
const lingers = 5000; // without a follower
const again = 1000;
const atOnce = 250; // a stream that ended goes on
const seldom = 60_000;
const name = 'events';
const isList = (topic: string): boolean => /^(executions|triggers)(\?|$)/.test(topic);

export class Events {
  private readonly followers = new Map<string, Set<Follower>>();
  private readonly told = new Set<string>(); // what the server follows
  private readonly refused = new Set<string>(); // what it does not: read at intervals
  private stream = '';
  private lastId = '';
  private running = false;
  private met = false; // there was a stream: another one may have missed something
  private held = false; // a proxy holds the stream back
  private failures = 0;
  private abort = new AbortController();
  private changing = false;
  private planned: ReturnType<typeof setTimeout> | undefined;
  private asking: ReturnType<typeof setInterval> | undefined;
  private leaving: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly transport: Transport) {}

  follow(topic: string, follower: Follower): () => void {
    const known = this.followers.get(topic) ?? new Set();
    this.followers.set(topic, known.add(follower));
    clearTimeout(this.leaving);
    // The server follows it already, and not from the place that this follower has.
    if (follower.since && this.told.has(topic)) follower.ask(false);
    this.plan();
    if (!this.running) void this.run();
    return () => {
      known.delete(follower);
      if (known.size > 0 || this.followers.get(topic) !== known) return;
      this.followers.delete(topic);
      this.plan();
      if (this.followers.size === 0) this.leaving = setTimeout(() => this.abort.abort(), lingers);
    };
  }

  private askAll(topics: Iterable<string> = this.followers.keys()): void {
    for (const topic of topics) this.followers.get(topic)?.forEach((one) => { one.ask(false); });
  }
  // Everything at intervals while there is no stream that can be trusted, else only what the server does not follow.
  private askAtIntervals(): void {
    const on = this.held || this.failures >= 2 || this.refused.size > 0;
    if (!on) clearInterval(this.asking);
    if (on !== (this.asking !== undefined)) this.asking = on ? setInterval(() => this.askAll(this.held || this.failures >= 2 ? undefined : this.refused), askEvery) : undefined;
    markOpen(name, this.stream !== '' && !this.held && this.failures === 0);
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.followers.size > 0) {
      let delay = atOnce;
      try {
        await this.connect();
      } catch (error) {
        if (this.followers.size === 0) break;
        delay = this.failed(error);
      }
      await new Promise((resolve) => { setTimeout(resolve, delay); });
    }
    this.running = false;
    this.stream = this.lastId = '';
    this.failures = 0;
    this.met = this.held = false;
    this.refused.clear();
    markLost(name, undefined);
    this.askAtIntervals();
    if (this.followers.size > 0) void this.run(); // somebody came meanwhile
  }
  private failed(error: unknown): number {
    const status = error instanceof ApiError ? error.status : 0;
    const unwilling = [403, 404, 429].includes(status); // the server is there, but has no stream for this page
    if (unwilling) markLost(name, undefined);
    else if (this.failures === 0) markLost(name, Date.now());
    const delay = unwilling ? seldom : (delays[Math.min(this.failures, delays.length - 1)] ?? again) * (0.75 + Math.random() / 2);
    this.failures = unwilling ? 2 : this.failures + 1;
    if (this.failures === 2) this.askAll();
    this.askAtIntervals();
    return delay;
  }
  private async connect(): Promise<void> {
    const mine = (this.abort = new AbortController());
    let slow = false;
    const late = setTimeout(() => { slow = true; this.hold(); }, helloWithin);
    let quiet: ReturnType<typeof setTimeout> | undefined;
    const alive = (): void => {
      clearTimeout(quiet);
      quiet = setTimeout(() => mine.abort(), silence);
    };
    try {
      alive();
      const reader = (await this.transport.open(this.lastId, mine.signal)).getReader();
      mine.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
      const events = new EventReader();
      const decoder = new TextDecoder();
      let greeted = false;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        alive();
        for (const event of events.push(decoder.decode(value, { stream: true }))) {
          if (event.id === 'hello') {
            clearTimeout(late);
            greeted = true;
            this.held = slow;
            this.greet(event.data);
          } else this.take(event.data);
        }
        if (events.lastId !== 'hello') this.lastId = events.lastId;
      }
      if (!greeted) throw new Error('the stream ended before it began');
    } finally {
      clearTimeout(late);
      clearTimeout(quiet);
    }
  }
  private hold(): void {
    this.held = true;
    this.askAll();
    this.askAtIntervals();
  }
  private greet(data: string): void {
    const { stream } = JSON.parse(data) as { stream: string };
    const missed = this.met || this.failures > 0;
    this.met = true;
    this.failures = 0;
    markLost(name, undefined);
    if (stream !== this.stream) {
      this.stream = stream;
      this.told.clear();
      this.refused.clear();
      if (missed) this.askAll();
    }
    this.askAtIntervals();
    this.plan();
  }
  private take(data: string): void {
    const frame = JSON.parse(data) as Frame;
    this.followers.get(frame.topic)?.forEach((one) => { if (frame.overflow) one.ask(true); else one.frame(frame); });
  }

  private plan(delay = together): void {
    this.planned ??= setTimeout(() => { this.planned = undefined; void this.change(); }, delay);
  }
  private async change(): Promise<void> {
    if (this.stream === '' || this.changing) return;
    const subscribe = [...this.followers.keys()].filter((topic) => !this.told.has(topic) && !this.refused.has(topic));
    const unsubscribe = [...this.told].filter((topic) => !this.followers.has(topic));
    for (const topic of this.refused) if (!this.followers.has(topic)) this.refused.delete(topic);
    if (subscribe.length === 0 && unsubscribe.length === 0) return this.askAtIntervals();
    const { stream } = this;
    this.changing = true;
    try {
      await this.transport.change(stream, subscribe.map((topic) => this.subscription(topic)), unsubscribe);
      if (stream === this.stream) this.changed(subscribe, unsubscribe);
    } catch (error) {
      const status = error instanceof ApiError ? error.status : 0;
      if (status === 404) this.forget(stream);
      else if (status === 400 && stream === this.stream) await this.oneByOne(stream, subscribe, unsubscribe);
      else this.plan(again);
    }
    this.changing = false;
    this.plan();
  }
  private subscription(topic: string): Subscription {
    const since = [...(this.followers.get(topic) ?? [])].flatMap((one) => (one.since ? [one.since()] : []));
    return since.length === 0 ? { topic } : { topic, since: Math.min(...since) };
  }
  private changed(subscribe: string[], unsubscribe: string[]): void {
    subscribe.forEach((topic) => this.told.add(topic));
    unsubscribe.forEach((topic) => this.told.delete(topic));
    // A list only sends what changes from now on: what changed since it was read is read once.
    for (const topic of subscribe.filter(isList)) this.followers.get(topic)?.forEach((one) => { if (one.late !== true) one.ask(false); });
  }
  // One topic that the server does not know refuses all of them: each is asked for alone, and the refused one is read at intervals.
  private async oneByOne(stream: string, subscribe: string[], unsubscribe: string[]): Promise<void> {
    for (const topic of subscribe) {
      try {
        await this.transport.change(stream, [this.subscription(topic)], unsubscribe.splice(0));
        this.changed([topic], []);
      } catch (error) {
        // Only what the server does not know is refused; anything else is tried again with the next change.
        if (error instanceof ApiError && error.status === 400) this.refused.add(topic);
        else if (error instanceof ApiError && error.status === 404) return this.forget(stream);
      }
    }
    this.askAtIntervals();
  }
  private forget(stream: string): void {
    if (stream !== this.stream) return;
    this.stream = this.lastId = '';
    this.abort.abort();
  }
}
