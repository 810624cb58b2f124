// Reads again soon after it was asked to: one read at a time, and never in a hidden page, which catches up by one read when it is seen
// (UI-1003). Slow reads are made less often, so that a large execution does not keep its page busy.
export interface Calm { soon: () => void; stop: () => void }

const timesAsLong = 3;

export function calm(read: () => Promise<unknown>, least: number): Calm {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wanted = false;
  let busy = false;
  let stopped = false;
  let notBefore = 0;
  const isHidden = (): boolean => typeof document !== 'undefined' && document.hidden;

  const run = async (): Promise<void> => {
    timer = undefined;
    if (stopped || isHidden()) return; // `wanted` stays: the page reads when it is seen
    wanted = false;
    busy = true;
    const began = Date.now();
    try {
      await read();
    } catch {
      // The query says on the page what went wrong; the next change asks again.
    }
    busy = false;
    notBefore = Date.now() + Math.max(least, timesAsLong * (Date.now() - began));
    if (wanted) plan();
  };
  const plan = (): void => {
    if (stopped || busy || timer !== undefined) return;
    timer = setTimeout(() => void run(), Math.max(0, notBefore - Date.now()));
  };
  const seen = (): void => { if (wanted && !isHidden()) plan(); };
  if (typeof document !== 'undefined') document.addEventListener('visibilitychange', seen);
  return {
    soon: () => { wanted = true; plan(); },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', seen);
    },
  };
}
