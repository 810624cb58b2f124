import { describe, expect, it } from 'vitest';
import { rowsOf } from './compare';

// UI-1100
describe('two executions', () => {
  it('differ where a state does, where one has no such task, and where the duration does by a fifth and a second', () => {
    const side = (state: string, duration?: string) => ({ state, ...(duration === undefined ? {} : { duration }) });
    const rows = rowsOf([
      { taskId: 'same', left: side('SUCCESS', 'PT10S'), right: side('SUCCESS', 'PT11S') },
      { taskId: 'slower', left: side('SUCCESS', 'PT10S'), right: side('SUCCESS', 'PT13S') },
      { taskId: 'short', left: side('SUCCESS', 'PT0.1S'), right: side('SUCCESS', 'PT0.9S') },
      { taskId: 'failed', value: 'a', left: side('SUCCESS', 'PT1S'), right: side('FAILED', 'PT1S') },
      { taskId: 'new', right: side('RUNNING') },
    ]);
    expect(rows.map((row) => row.differs)).toEqual([false, true, false, true, true]);
    expect(rows.map((row) => row.by)).toEqual([1000, 3000, 800, 0, undefined]);
  });
});
