// What the palette offers (UI-1080): what the server finds, what can be done on this page, starred pages, saved filters and the menu.
import { useQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { useRouter } from 'vue-router';
import { base } from '@/api/base';
import { tenant } from '@/api/client';
import { fetchFilters } from '@/api/queries/person';
import { searchEverything, type Finding } from '@/api/queries/search';
import { askToExecute } from '@/forms/executeRequest';
import { bookmarks } from '@/kit/bookmarks';
import { t } from '@/kit/i18n';
import type { IconName } from '@/kit/icons/icons';
import { usePreferences } from '@/kit/preferences';
import { fail } from '@/kit/toasts';
import { search } from '@/model/fuzzy';
import { marksOf } from '@/model/marks';
import { links } from './menu';

export interface Entry { id: string; group: string; title: string; detail: string; icon: IconName; marks: readonly (readonly number[])[]; state?: string; at?: string; to?: string; run: () => void }
const icons: Record<string, IconName> = { execution: 'runs', flow: 'flow', namespace: 'folder', trigger: 'bolt', key: 'list', plugin: 'plug', blueprint: 'book', page: 'right' };
const most = 40;
const filterPages = { flows: '/main/flows', executions: '/main/executions', logs: '/main/logs' };
const isId = (text: string): boolean => /^[0-9A-Za-z]{20,24}$/.test(text);
// The address that the server gives begins with the path of the pages.
const route = (url: string): string => (url.startsWith(`${base}ui/`) ? url.slice(base.length + 2) : url);

export function usePaletteEntries(text: Ref<string>) {
  const router = useRouter();
  const preferences = usePreferences();
  const query = computed(() => text.value.trim());
  const ask = async (signal: AbortSignal) => {
    const begin = performance.now();
    return { found: await searchEverything(query.value, most, signal), ms: Math.round(performance.now() - begin) };
  };
  const found = useQuery({ queryKey: [tenant, 'palette', query], queryFn: ({ signal }) => ask(signal), enabled: computed(() => query.value !== ''), placeholderData: (before) => before });
  const saved = useQuery({ queryKey: [tenant, 'saved-filters', 'palette'], queryFn: async ({ signal }) => (await Promise.all(Object.keys(filterPages).map((page) => fetchFilters(page, signal)))).flat() });

  const local = (id: string, group: string, title: string, detail: string, icon: IconName, to: string | (() => void)): Entry => ({ id, group, title, detail, icon, marks: marksOf(query.value, title), ...(typeof to === 'string' ? { to } : {}), run: typeof to === 'string' ? () => void router.push(to) : to });
  // What the bar of the page offers now: "Kill", "Save", and so on.
  const buttons = [...document.querySelectorAll<HTMLElement>('main .top .right > button:not([disabled]):not([aria-haspopup]), main .top .right > a')].flatMap((element, i) => {
    const label = [...element.childNodes].filter((node) => node.nodeName !== 'KBD').map((node) => node.textContent ?? '').join('').trim();
    const title = element.getAttribute('aria-label') ?? label;
    return title === '' ? [] : [{ id: `here ${i}`, title, run: () => element.click() }];
  });
  const here = computed(() => buttons.map((one) => local(one.id, 'here', one.title, '', 'bolt', one.run)));
  const starred = computed(() => [
    ...bookmarks.value.map((one) => local(`star ${one.url}`, 'starred', one.name, t('shell.starred'), 'star', one.url)),
    ...(saved.data.value ?? []).map((one) => local(`saved ${one.id}`, 'starred', one.name, t(`shell.${one.page}`), 'filter', `${filterPages[one.page as keyof typeof filterPages] ?? '/main/executions'}?${one.query}`)),
  ]);
  const pages = computed(() => [
    ...links.map((link) => local(link.id, 'go', t(`shell.${link.id}`), '', link.icon, link.to)),
    local('failed', 'go', t('palette.failed'), t('shell.executions'), 'err', '/main/executions?filters[state][IN]=FAILED'),
    local('new', 'do', t('palette.create'), '', 'plus', '/main/flows/new'),
    local('theme', 'do', t('keys.theme'), '', 'sun', () => preferences.nextTheme()),
  ]);
  const finding = (one: Finding): Entry => {
    const to = route(one.url);
    return { id: `${one.kind} ${one.id}`, group: one.kind, title: one.title, detail: one.detail ?? '', icon: icons[one.kind] ?? 'right', marks: one.marks, ...(one.state === undefined ? {} : { state: one.state }), ...(one.at === undefined ? {} : { at: one.at }), to, run: () => void router.push(to) };
  };
  async function openExecution(id: string): Promise<void> {
    try {
      const one = (await searchEverything(id, most)).find((hit) => hit.kind === 'execution' && hit.id === id);
      if (one) await router.push(route(one.url));
      else fail(t('palette.noId', { id }));
    } catch (error) {
      fail(t('palette.failure', { message: error instanceof Error ? error.message : String(error) }));
    }
  }
  const entries = computed<Entry[]>(() => {
    const q = query.value;
    if (q === '') return [...here.value, ...starred.value, ...pages.value];
    const hits = (found.data.value?.found ?? []).filter((one) => one.kind !== 'page').map(finding);
    const executes = hits.filter((one) => one.group === 'flow').map((one): Entry => local(`run ${one.id}`, 'do', t('palette.execute', { id: one.title }), one.detail, 'play', () => askToExecute(one.detail, one.title)));
    const ids = isId(q) && !hits.some((one) => one.id === `execution ${q}`) ? [local('id', 'execution', t('palette.openId', { id: q }), '', 'runs', () => void openExecution(q))] : [];
    const word = (entry: Entry): string => `${entry.title} ${entry.detail}`;
    return [...search(q, here.value, word), ...ids, ...hits, ...search(q, starred.value, word), ...search(q, [...executes, ...pages.value], word)];
  });
  // One group after another, in the order of their first entries.
  const groups = computed(() => {
    const made = new Map<string, Entry[]>();
    for (const entry of entries.value) made.set(entry.group, [...(made.get(entry.group) ?? []), entry]);
    return [...made].map(([id, list]) => ({ id, entries: list }));
  });
  return { groups, count: computed(() => entries.value.length), error: found.error, ms: computed(() => (query.value === '' ? undefined : found.data.value?.ms)), settled: computed(() => query.value === '' || !found.isFetching.value) };
}
