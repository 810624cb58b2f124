import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref, type EffectScope } from 'vue';
import type { Draft } from '@/kit/drafts';
import { useDraft } from './useDraft';

// UI-1085
describe('a draft of an earlier visit', () => {
  const old: Draft = { key: 'k', text: 'old', base: 'saved', at: 1 };
  let stored: Draft | undefined;
  let scope: EffectScope;
  const store = {
    read: () => Promise.resolve(stored),
    keep: (draft: Draft) => { stored = draft; return Promise.resolve(true); },
    drop: () => { stored = undefined; return Promise.resolve(true); },
  };
  beforeEach(() => {
    vi.useFakeTimers();
    stored = old;
    scope = effectScope();
  });
  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
  });
  async function opened() {
    const source = ref('saved');
    const saved = ref('saved');
    const draft = scope.run(() => useDraft('k', source, saved, store))!;
    await vi.advanceTimersByTimeAsync(0);
    const type = async (text: string): Promise<void> => {
      source.value = text;
      await nextTick();
      await vi.advanceTimersByTimeAsync(600);
    };
    return { source, saved, draft, type };
  }
  it('is offered until somebody answers, also after something else is typed and kept', async () => {
    const { source, draft, type } = await opened();
    expect(draft.found.value?.text).toBe('old');
    await type('new');
    expect(stored?.text).toBe('new');
    expect(draft.found.value?.text).toBe('old');
    draft.restore();
    expect([source.value, draft.found.value]).toEqual(['old', undefined]);
  });
  it('is in the store again once the new text is saved, undone or given up', async () => {
    const { source, saved, draft, type } = await opened();
    await type('new');
    await type('saved');
    expect([stored?.text, draft.keptAt.value]).toEqual(['old', 0]);
    await type('new');
    saved.value = source.value;
    await draft.drop();
    expect([stored?.text, draft.found.value?.text]).toEqual(['old', 'old']);
  });
  it('goes when it is discarded, and the text that was typed since keeps its own draft', async () => {
    const { draft, type } = await opened();
    await type('new');
    await draft.dismiss();
    expect([stored?.text, draft.found.value]).toEqual(['new', undefined]);
    await draft.drop();
    expect(stored).toBeUndefined();
  });
  it('goes when its text is saved', async () => {
    const { source, saved, draft, type } = await opened();
    await type('old');
    saved.value = source.value;
    await draft.drop();
    expect([stored, draft.found.value]).toEqual([undefined, undefined]);
  });
  it('goes from the store when it is discarded and nothing was typed', async () => {
    const { draft } = await opened();
    await draft.dismiss();
    expect([stored, draft.found.value]).toEqual([undefined, undefined]);
  });
});
