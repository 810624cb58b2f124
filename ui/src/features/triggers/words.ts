// A trigger in words: when it starts something, and how it is.
import { n, t } from '@/kit/i18n';
import type { IconName } from '@/kit/icons/icons';
import { cronWords } from '@/model/cron';
import { humanDuration, parseDuration } from '@/model/duration';
import { kindOf, type Definition, type Health, type Kind } from '@/model/triggers';

const icons: Record<Kind, IconName> = { schedule: 'clock', webhook: 'hook', flow: 'link', stream: 'bolt', poll: 'refresh', lost: 'err' };
export const iconOf = (definition: Definition | undefined): IconName => icons[kindOf(definition)];
export const weekday = (day: number): string => t(`triggers.day.${day}`);

function schedule(definition: Definition): string {
  const words = cronWords(String(definition.cron ?? ''));
  if (words === undefined) return typeof definition.cron === 'string' ? definition.cron : t('triggers.onDates');
  const weekdays = words.weekdays?.length === 5 && !words.weekdays.includes(0) && !words.weekdays.includes(6) ? t('triggers.workdays') : (words.weekdays ?? []).map(weekday).join(', ');
  return t(`triggers.when.${words.key}`, { count: words.count ?? 1, time: words.time ?? '', days: weekdays, day: n(words.day ?? 1) });
}

export function whenOf(definition: Definition | undefined): string {
  const kind = kindOf(definition);
  if (kind === 'schedule' && definition) return schedule(definition);
  const interval = parseDuration(String(definition?.interval ?? ''));
  if (kind === 'poll' && interval !== undefined) return t('triggers.polls', { span: humanDuration(interval) });
  return t(`triggers.kind.${kind}`);
}

export const detailOf = (definition: Definition | undefined): string => {
  const zone = typeof definition?.timezone === 'string' ? ` ${definition.timezone}` : '';
  return typeof definition?.cron === 'string' ? `${definition.cron}${zone}` : String(definition?.type ?? '').split('.').slice(-2).join('.');
};

export const stateOfHealth: Record<Health, string> = { lost: 'FAILED', offSource: 'SKIPPED', off: 'SKIPPED', overdue: 'WARNING', locked: 'QUEUED', backfillPaused: 'PAUSED', backfill: 'RUNNING', running: 'RUNNING', ok: 'SUCCESS' };
