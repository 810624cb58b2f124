// Since when a stream of this page has been lost, for the banner and the mark in the top bar.
import { computed, reactive } from 'vue';

const lost = reactive(new Map<string, number>());
const open = reactive(new Set<string>());

export const lostSince = computed(() => (lost.size === 0 ? undefined : Math.min(...lost.values())));
export const isFollowing = computed(() => open.size > 0);

export function markLost(name: string, since: number | undefined): void {
  if (since === undefined) lost.delete(name);
  else lost.set(name, since);
}
export function markOpen(name: string, on: boolean): void {
  if (on) open.add(name);
  else open.delete(name);
}
