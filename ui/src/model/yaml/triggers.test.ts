import { describe, expect, it } from 'vitest';
import { newTrigger, withTrigger } from './triggers';

// UI-842
describe('a trigger that is added', () => {
  const made = newTrigger('io.kestra.plugin.core.trigger.Schedule', ['type', 'id', 'cron']);
  it('has a name and the required properties', () => expect(made).toEqual({ id: 'schedule', type: 'io.kestra.plugin.core.trigger.Schedule', cron: '' }));
  it('comes behind the tasks, or behind the other triggers with a name of its own; the rest stays', () => {
    const flow = 'id: a # mine\nnamespace: b\ntasks:\n  - {id: x, type: t}\n';
    const once = withTrigger(flow, made);
    expect(once.startsWith(flow.trimEnd())).toBe(true);
    expect(once).toMatch(/\ntriggers:\n {2}- id: schedule\n {4}type: io\.kestra\.plugin\.core\.trigger\.Schedule\n {4}cron: ""\n/);
    expect(withTrigger('', made)).toBe('triggers:\n  - id: schedule\n    type: io.kestra.plugin.core.trigger.Schedule\n    cron: ""\n');
    expect(withTrigger(once, made)).toContain('- id: schedule_2\n');
  });
});
