import { describe, expect, it } from 'vitest';
import { BULK_ACTIONS, bulkAllows, runTargets, targetsOf } from './bulk';

describe('bulk actions', () => {
  // UI-621, UI-593
  it.each([
    ['FAILED', 'restart replay change-status labels delete'],
    ['SUCCESS', 'replay change-status labels delete'],
    ['RUNNING', 'kill pause force-run'],
    ['PAUSED', 'kill resume force-run'],
    ['QUEUED', 'kill unqueue force-run'],
    ['KILLING', ''],
  ])('%s allows %s', (state, allowed) => expect(BULK_ACTIONS.filter((action) => bulkAllows(state, action)).join(' ')).toBe(allowed));
  it('deletes what runs only where somebody asks for it', () => expect(bulkAllows('RUNNING', 'delete', true)).toBe(true));
  it('knows the states that a person can choose', () => expect([targetsOf('PAUSED'), targetsOf('FAILED'), targetsOf('RUNNING')]).toEqual([['FAILED', 'RUNNING', 'CANCELLED'], ['SUCCESS', 'WARNING', 'CANCELLED'], []]));
  // UI-623
  it('knows those of a task run', () => expect([runTargets('PAUSED', 'PAUSED'), runTargets('FAILED', 'FAILED'), runTargets('SUCCESS', 'RUNNING')]).toEqual([['FAILED', 'RUNNING'], ['SUCCESS', 'WARNING', 'RUNNING'], []]));
});
