import { describe, expect, it } from 'vitest';
import { switchForm, switchToWrite, type Switch } from './killSwitches';

const shown = (date: string): string => date.slice(0, 19);
const one: Switch = { id: 's', name: 'stop', tenantId: 'other', executionIds: ['a', 'b', 'c'], startDate: '2026-11-22T10:00:00.123Z', endDate: '2026-11-23T10:00:00.456Z', evaluationType: 'CANCEL', enabled: false, description: 'why' };

describe('kill switches', () => {
  // UI-941
  it('stay what they are where the form changed nothing', () => expect(switchToWrite(switchForm(one, shown), one, 'main', shown)).toEqual(one));
  it('change in what the form changed alone', () => {
    const form = { ...switchForm(one, shown), executionIds: ' a,b\n  d ', start: '2026-11-22T11:00:00Z', end: '' };
    const rest = Object.fromEntries(Object.entries(one).filter(([name]) => name !== 'endDate'));
    expect(switchToWrite(form, one, 'main', shown)).toEqual({ ...rest, executionIds: ['a', 'b', 'd'], startDate: '2026-11-22T11:00:00.000Z' });
  });
  it('are on when they are new', () => {
    expect(switchToWrite({ ...switchForm(undefined, shown), name: 'new', namespace: 'a.b', start: '2026-11-22T11:00:00Z' }, undefined, 'main', shown)).toEqual({ name: 'new', evaluationType: 'KILL', enabled: true, tenantId: 'main', namespace: 'a.b', startDate: '2026-11-22T11:00:00.000Z' });
    expect(Date.parse(switchToWrite({ ...switchForm(undefined, shown), name: 'now' }, undefined, 'main', shown).startDate ?? '')).toBeGreaterThan(Date.now() - 60_000);
  });
});
