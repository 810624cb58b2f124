// A kill switch as its form shows it, and what the form sends: what the form does not show stays as it is. Pure.
type Effect = 'KILL' | 'CANCEL' | 'IGNORE' | 'PASS';
interface Written { name?: string; tenantId?: string; namespace?: string; flowId?: string; executionIds?: string[]; startDate?: string; endDate?: string; description?: string; evaluationType: Effect; enabled?: boolean }
export interface Switch extends Written { id: string; name: string; startDate: string; enabled: boolean }
export interface SwitchForm { name: string; evaluationType: Effect; namespace: string; flowId: string; executionIds: string; start: string; end: string; description: string }
export type SwitchToWrite = Written & { id?: string };

// `shown` writes a date as the form's field holds it, `read` is the way back.
export function switchForm(one: Switch | undefined, shown: (date: string) => string): SwitchForm {
  const date = (text: string | undefined): string => (text === undefined ? '' : shown(text));
  return {
    name: one?.name ?? '', evaluationType: one?.evaluationType ?? 'KILL', namespace: one?.namespace ?? '', flowId: one?.flowId ?? '', executionIds: one?.executionIds?.join(' ') ?? '',
    start: date(one?.startDate), end: date(one?.endDate), description: one?.description ?? '',
  };
}

// A date that nobody changed keeps the parts of a second that its field does not show.
export function switchToWrite(form: SwitchForm, edited: Switch | undefined, tenant: string, shown: (date: string) => string, read: (text: string) => number = Date.parse): SwitchToWrite {
  const date = (text: string, before: string | undefined): string => (before !== undefined && shown(before) === text ? before : new Date(read(text)).toISOString());
  const ids = form.executionIds.split(/[\s,]+/).filter(Boolean);
  return {
    ...(edited ? { id: edited.id } : {}),
    name: form.name, evaluationType: form.evaluationType, enabled: edited?.enabled ?? true, tenantId: edited?.tenantId ?? tenant,
    ...(form.namespace ? { namespace: form.namespace } : {}), ...(form.flowId ? { flowId: form.flowId } : {}), ...(ids.length > 0 ? { executionIds: ids } : {}),
    startDate: form.start === '' ? new Date().toISOString() : date(form.start, edited?.startDate), ...(form.end === '' ? {} : { endDate: date(form.end, edited?.endDate) }),
    ...(form.description ? { description: form.description } : {}),
  };
}
