import { describe, expect, it } from 'vitest';
import { chartFilters, LOGS_OVER_TIME, spanOf } from './charts';

const now = Date.parse('2026-11-22T09:00:00Z');
describe('charts of the dashboard', () => {
  it('know their time', () => {
    expect(spanOf([{ field: 'timeRange', operator: 'EQUALS', values: ['PT1H'] }], now)).toEqual({ start: now - 3_600_000, end: now });
    expect(spanOf([], now).start).toBe(now - 86_400_000);
    expect(spanOf([{ field: 'startDate', operator: 'GREATER_THAN_OR_EQUAL_TO', values: ['2026-11-20T00:00:00Z'] }, { field: 'endDate', operator: 'LESS_THAN_OR_EQUAL_TO', values: ['2026-11-21T00:00:00Z'] }], now)).toEqual({ start: Date.parse('2026-11-20T00:00:00Z'), end: Date.parse('2026-11-21T00:00:00Z') });
  });
  // UI-193
  it('take the filters of the page', () => expect(chartFilters([{ field: 'namespace', operator: 'PREFIX', values: ['a'] }, { field: 'labels', operator: 'EQUALS', key: 'team', values: ['x'] }, { field: 'state', operator: 'IN', values: ['A', 'B'] }, { field: 'timeRange', operator: 'EQUALS', values: ['P1D'] }])).toEqual([
    { field: 'namespace', operation: 'PREFIX', value: 'a' }, { field: 'labels', operation: 'EQUALS', value: { team: 'x' } }, { field: 'state', operation: 'IN', value: ['A', 'B'] },
  ]));
  it('take a level as itself and those above', () => expect(chartFilters([{ field: 'level', operator: 'EQUALS', values: ['WARN'] }])).toEqual([{ field: 'level', operation: 'IN', value: ['WARN', 'ERROR'] }]));
  it('count lines of logs by level', () => expect(LOGS_OVER_TIME).toMatch(/data\.Logs[\s\S]*field: DATE,[\s\S]*field: LEVEL/));
});
