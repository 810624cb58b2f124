// All keys of the product, in one place: `?` shows them. Single keys are off inside fields (UI-1020).
import { onScopeDispose } from 'vue';
import { useRouter } from 'vue-router';
import { usePreferences } from '@/kit/preferences';

export interface Shortcut { keys: string[]; what: string }
export const shortcuts: Shortcut[] = [
  { keys: ['Ctrl', 'K'], what: 'keys.palette' },
  { keys: ['?'], what: 'keys.help' },
  { keys: ['/'], what: 'keys.filter' },
  { keys: ['g', 'd'], what: 'shell.dashboards' },
  { keys: ['g', 'f'], what: 'keys.flows' },
  { keys: ['g', 'e'], what: 'keys.executions' },
  { keys: ['g', 'l'], what: 'shell.logs' },
  { keys: ['g', 'n'], what: 'shell.namespaces' },
  { keys: ['g', 't'], what: 'shell.triggers' },
  { keys: ['g', 'b'], what: 'shell.blueprints' },
  { keys: ['g', 'p'], what: 'shell.plugins' },
  { keys: ['j'], what: 'keys.down' },
  { keys: ['k'], what: 'keys.up' },
  { keys: ['Enter'], what: 'keys.open' },
  { keys: ['x'], what: 'keys.select' },
  { keys: ['r'], what: 'kit.refresh' },
  { keys: ['1', '…', '8'], what: 'keys.tabs' },
  { keys: ['.'], what: 'keys.rowMenu' },
  { keys: ['n', 'p'], what: 'keys.neighbours' },
  { keys: ['Shift', 'R'], what: 'execution.replay' },
  { keys: ['Shift', 'K'], what: 'execution.kill' },
  { keys: ['e'], what: 'keys.nextError' },
  { keys: ['f'], what: 'keys.follow' },
  { keys: ['['], what: 'keys.fold' },
  { keys: [']'], what: 'help.title' },
  { keys: ['Ctrl', 'Shift', 'L'], what: 'keys.theme' },
  { keys: ['Ctrl', 'S'], what: 'keys.save' },
  { keys: ['Ctrl', 'E'], what: 'keys.execute' },
  { keys: ['Ctrl', 'Enter'], what: 'keys.confirm' },
  { keys: ['F1'], what: 'editor.commands' },
  { keys: ['Ctrl', 'Space'], what: 'editor.command.complete' },
  { keys: ['Ctrl', '/'], what: 'editor.command.comment' },
  { keys: ['Ctrl', 'F'], what: 'editor.command.find' },
  { keys: ['F10'], what: 'editor.command.foldTexts' },
  { keys: ['Ctrl', 'Shift', '+'], what: 'editor.command.larger' },
  { keys: ['Ctrl', 'Shift', '−'], what: 'editor.command.smaller' },
  { keys: ['F2'], what: 'editor.command.rename' },
  { keys: ['F12'], what: 'editor.command.definition' },
  { keys: ['Shift', 'F12'], what: 'editor.command.usages' },
  { keys: ['Ctrl', 'Shift', 'O'], what: 'editor.command.outline' },
  { keys: ['Shift', 'Alt', 'F'], what: 'editor.command.format' },
  { keys: ['Alt', 'Click'], what: 'keys.cursors' },
];

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) || target.closest('[role="dialog"]') !== null);

const chords: Record<string, string> = { d: '/main/dashboards', f: '/main/flows', e: '/main/executions', l: '/main/logs', n: '/main/namespaces', t: '/main/admin/triggers', b: '/main/blueprints/flow/community', p: '/main/plugins' };
const chordWithin = 1500;

export function useKeyboard(open: { palette: () => void; shortcuts: () => void; help: () => void }): void {
  const router = useRouter();
  const preferences = usePreferences();
  let chordAt = -chordWithin;
  const press = (selector: string): boolean => {
    const found = document.querySelector<HTMLElement>(selector);
    if (found instanceof HTMLInputElement) found.focus();
    else found?.click();
    return found !== null;
  };
  const single = (key: string, chord: boolean): boolean => {
    if (chord && chords[key] !== undefined) return void router.push(chords[key]), true;
    switch (key) {
      case 'g': return (chordAt = performance.now()), true;
      case '?': return open.shortcuts(), true;
      case '/': return press('.filters input');
      case '[': return (preferences.folded = !preferences.folded), true;
      case ']': return open.help(), true;
      case '.': return document.activeElement?.closest('main tr')?.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.click(), true;
      case 'n': return press('[data-testid="action-next-execution"]');
      case 'p': return press('[data-testid="action-previous-execution"]');
      case 'R': return press('[data-testid="action-replay"]');
      case 'K': return press('[data-testid="action-kill"]');
      case 'j': return focusRow();
      case 'r': return press('[data-testid="action-refresh"]');
      case 'e': return press('[data-testid="action-next-error"]');
      case 'f': return press('[data-testid="action-follow"]');
      case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': return press(`.tabs a:nth-of-type(${key})`);
      default: return false;
    }
  };
  const focusRow = (): boolean => {
    const row = document.querySelector<HTMLElement>('main table.t tbody tr');
    row?.focus();
    return row !== null;
  };
  const keydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const control = event.ctrlKey || event.metaKey;
    const chord = performance.now() - chordAt < chordWithin;
    let done = false;
    if (control && event.key.toLowerCase() === 'k') done = (open.palette(), true);
    else if (control && event.shiftKey && event.key.toLowerCase() === 'l') done = (preferences.nextTheme(), true);
    else if (control && event.key.toLowerCase() === 'e') done = press('[data-testid="action-execute"]');
    else if (!control && !event.altKey && preferences.singleKeys && !isField(event.target)) {
      chordAt = -chordWithin;
      done = single(event.key, chord);
    }
    if (done) event.preventDefault();
  };
  document.addEventListener('keydown', keydown);
  onScopeDispose(() => document.removeEventListener('keydown', keydown));
}
