import { describe, expect, it } from 'vitest';
import { scriptOf } from './scripts';

// UI-350
describe('the language of a script', () => {
  it('follows the type of the task and the key', () => {
    expect(scriptOf('io.kestra.plugin.scripts.python.Script', 'script')).toBe('python');
    expect(scriptOf('io.kestra.plugin.scripts.python.Commands', 'commands')).toBe('shell');
    expect(scriptOf('io.kestra.plugin.scripts.python.Script', 'beforeCommands')).toBe('shell');
    expect(scriptOf('io.kestra.plugin.scripts.node.Script', 'script')).toBe('javascript');
    expect(scriptOf('io.kestra.plugin.graalvm.js.Eval', 'script')).toBe('javascript');
    expect(scriptOf('io.kestra.plugin.scripts.r.Script', 'script')).toBe('r');
    expect(scriptOf('io.kestra.plugin.scripts.powershell.Commands', 'commands')).toBe('powershell');
    expect(scriptOf('io.kestra.plugin.scripts.shell.Script', 'script')).toBe('shell');
    expect(scriptOf('io.kestra.plugin.jdbc.postgresql.Query', 'sql')).toBe('sql');
    expect(scriptOf('io.kestra.plugin.core.log.Log', 'message')).toBeUndefined();
  });
  it('follows the name of a file', () => {
    expect(scriptOf('', 'main.py')).toBe('python');
    expect(scriptOf('', 'lib/a.b.sql')).toBe('sql');
    expect(scriptOf('', 'Dockerfile')).toBe('dockerfile');
    expect(scriptOf('', 'notes.txt')).toBeUndefined();
  });
});
