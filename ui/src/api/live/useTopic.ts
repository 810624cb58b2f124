// Follows a topic of the stream while a part of the page is there. An empty name follows nothing.
import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue';
import { api, take, tenant } from '../client';
import { calm } from './calm';
import { Events, type Follower, type Frame } from './events';

const events = new Events({
  open: async (lastId, signal) => (await take(api.GET('/api/v1/{tenant}/events', { params: { path: { tenant } }, headers: lastId === '' ? {} : { 'Last-Event-ID': lastId }, parseAs: 'stream', signal }))) as unknown as ReadableStream<Uint8Array>,
  change: (stream, subscribe, unsubscribe) => take(api.POST('/api/v1/{tenant}/events/{stream}', { params: { path: { tenant, stream } }, body: { subscribe, unsubscribe } })),
});

// For a follower that reads in its own way; the answer ends it.
export const followTopic = (topic: string, follower: Follower): (() => void) => events.follow(topic, follower);

// `read`: asks for what the topic is about, at most every `least` ms. `frame`: what to do with a frame; without it, each one reads again.
export function useTopic(topic: MaybeRefOrGetter<string>, read: () => Promise<unknown>, options: { frame?: (frame: Frame, soon: () => void) => void; least?: number; late?: boolean } = {}): void {
  const { soon, stop } = calm(read, options.least ?? often);
  watch(() => toValue(topic), (name, _before, cleanup) => {
    if (name !== '') cleanup(events.follow(name, { frame: (frame) => (options.frame ? options.frame(frame, soon) : soon()), ask: soon, late: options.late }));
  }, { immediate: true });
  onScopeDispose(stop);
}
const often = 250;
