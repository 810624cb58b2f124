// What starts a flow, in a few words.
import { t } from '@/kit/i18n';
import type { IconName } from '@/kit/icons/icons';

interface Trigger { id?: unknown; type?: unknown; cron?: unknown; interval?: unknown; disabled?: unknown }

export function startsBy(triggers: readonly unknown[]): { icon: IconName; text: string }[] {
  if (triggers.length === 0) return [{ icon: 'user', text: t('flows.byHand') }];
  return triggers.map((one) => {
    const trigger = one as Trigger;
    const type = String(trigger.type ?? '');
    const name = String(trigger.id ?? '');
    const off = trigger.disabled === true ? t('flows.triggerOff') : '';
    if (type.endsWith('.Schedule')) return { icon: 'clock', text: `${String(trigger.cron ?? name)}${off}` };
    if (type.endsWith('.Webhook')) return { icon: 'hook', text: `${name}${off}` };
    if (type.endsWith('.Flow')) return { icon: 'link', text: `${name}${off}` };
    return { icon: 'bolt', text: `${name}${off}` };
  });
}
