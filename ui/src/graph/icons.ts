// The icon of a task or trigger by its type: the group in which it stands.
import type { IconName } from '@/kit/icons/icons';

const rules: [RegExp, IconName][] = [
  [/\.trigger\.Schedule/, 'clock'], [/\.trigger\.Webhook|\.webhook\./i, 'hook'], [/\.trigger\.|Trigger$/, 'bolt'],
  [/\.flow\.(ForEach|LoopUntil|EachSequential|EachParallel)/, 'loop'], [/\.flow\.Pause/, 'pause'], [/\.flow\.(Subflow|ForEachItem)/, 'flow'], [/\.flow\./, 'flow'],
  [/\.log\./, 'logs'], [/\.http\./, 'link'], [/\.kv\./, 'list'], [/\.execution\./, 'runs'], [/\.(storage|namespace|fs)\./, 'file'], [/\.debug\.|\.output\./, 'code'],
  [/scripts?\.|shell|python|node|Commands$|Script$/i, 'term'], [/jdbc|\.(postgresql|mysql|sql)/i, 'server'],
];
export const iconFor = (type: string): IconName => rules.find(([pattern]) => pattern.test(type))?.[1] ?? 'code';
export const shortType = (type: string): string => type.split('.').slice(-1)[0] ?? type;
