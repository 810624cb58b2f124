// Switches a trigger on or off. A schedule that missed dates asks first what becomes of them (UI-822).
import { computed, ref } from 'vue';
import { useTriggerAction, type TriggerName } from '@/api/queries/triggers';
import { t } from '@/kit/i18n';
import { succeed } from '@/kit/toasts';
import { useAction } from '@/kit/useAction';
import { missedDates, type Missed, type Policy } from '@/model/missedDates';
import { keyOf } from './names';
import type { Row } from './TriggerTable.vue';

export function useSwitch(rows: () => readonly Row[] | undefined) {
  const act = useTriggerAction();
  const asked = ref<{ name: TriggerName; missed: Missed }>();
  const { busy, run } = useAction(async (name: TriggerName, on: boolean, policy?: Policy) => {
    await act(name, on ? 'enable' : 'disable', policy);
    asked.value = undefined;
    succeed(t(on ? 'triggers.enabled' : 'triggers.disabled', { id: name.triggerId }));
  });
  function toggle(name: TriggerName, on: boolean): void {
    const row = on ? rows()?.find((one) => keyOf(one.state) === keyOf(name)) : undefined;
    const missed = row && missedDates(row.definition, row.state, Date.now());
    if (missed) asked.value = { name, missed };
    else void run(name, on);
  }
  // Whether the question is open; closing it takes it back.
  const isAsking = computed({ get: () => asked.value !== undefined, set: (open: boolean) => { if (!open) asked.value = undefined; } });
  return { toggle, asked, isAsking, busy, confirm: (policy: Policy) => { if (asked.value) void run(asked.value.name, true, policy); } };
}
