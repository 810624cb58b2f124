// Leaving a page with unsaved text asks first (UI-50).
import { onScopeDispose, ref, watch, type Ref } from 'vue';

export function useLeaveGuard(dirty: Ref<boolean>) {
  const asking = ref(false);
  let settle: ((leave: boolean) => void) | undefined;
  const answer = (leave: boolean): void => {
    asking.value = false;
    settle?.(leave);
    settle = undefined;
  };
  const guard = (): true | Promise<boolean> => {
    if (!dirty.value) return true;
    asking.value = true;
    return new Promise((resolve) => (settle = resolve));
  };
  watch(asking, (open) => {
    if (!open && settle) answer(false); // closed by Esc
  });
  const beforeUnload = (event: BeforeUnloadEvent): void => {
    if (dirty.value) event.preventDefault();
  };
  window.addEventListener('beforeunload', beforeUnload);
  onScopeDispose(() => window.removeEventListener('beforeunload', beforeUnload));
  return { asking, answer, guard };
}
