// The first flow and the tour (UI-100, UI-101): what it writes, in which order. Pure.
export const NAMESPACE = 'tutorial';
export const FLOW = 'hello';
export const FOLLOWER = 'hello-follower';

const tasks = (last: string): string => `id: ${FLOW}
namespace: ${NAMESPACE}
inputs:
  - id: name
    type: STRING
    defaults: World
tasks:
  - id: greet
    type: io.kestra.plugin.core.debug.Return
    format: "Hello {{ inputs.name }}"
  - id: tell
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.greet.value }}!"
${last}`;
const store = (type: string, property: string, text: string): string => `  - id: store
    type: io.kestra.plugin.core.${type}
    ${property}: ${text}
`;
const fixedTask = store('log.Log', 'message', 'The greeting is stored');

export const HELLO = tasks('');
export const BROKEN = tasks(store('execution.Fail', 'errorMessage', 'The disk is full'));
export const FIXED = tasks(fixedTask);
export const withWebhook = (key: string): string => `${FIXED}triggers:
  - id: call
    type: io.kestra.plugin.core.trigger.Webhook
    key: ${key}
`;
export const FOLLOWS = `id: ${FOLLOWER}
namespace: ${NAMESPACE}
tasks:
  - id: note
    type: io.kestra.plugin.core.log.Log
    message: "{{ trigger.flowId }} is done"
triggers:
  - id: after-hello
    type: io.kestra.plugin.core.trigger.Flow
    preconditions:
      id: hello-succeeded
      flows:
        - namespace: ${NAMESPACE}
          flowId: ${FLOW}
          states: [SUCCESS]
`;

// Whether a stored source is one that the tour wrote. What somebody else wrote is neither overwritten nor deleted.
export function isOfTour(source: string): boolean {
  const text = source.trimEnd();
  const key = /^ {4}key: ([0-9a-f]+)$/m.exec(text)?.[1];
  return [HELLO, BROKEN, FIXED, FOLLOWS, ...(key === undefined ? [] : [withWebhook(key)])].some((one) => one.trimEnd() === text);
}

export type TourAction = 'run' | 'look' | 'break' | 'fix' | 'restart' | 'webhook' | 'follow';
export const STEPS: readonly { id: string; actions: readonly TourAction[] }[] = [
  { id: 'run', actions: ['run'] },
  { id: 'look', actions: ['look'] },
  { id: 'break', actions: ['break', 'fix'] },
  { id: 'restart', actions: ['restart'] },
  { id: 'webhook', actions: ['webhook'] },
  { id: 'follow', actions: ['follow'] },
];
export const ACTIONS: readonly TourAction[] = STEPS.flatMap((step) => step.actions);

// Which step is current after so many actions; the number of steps when all are done.
export function stepAt(done: number): number {
  let sum = 0;
  const found = STEPS.findIndex((step) => (sum += step.actions.length) > done);
  return found < 0 ? STEPS.length : found;
}

// What is kept of the first minutes: nothing yet, under way, or stopped for good; how many actions of the tour are done.
export interface Onboarding { state: '' | 'open' | 'stopped'; tour: boolean; done: number; last: string; failed: string }
export const FRESH: Onboarding = { state: '', tour: false, done: 0, last: '', failed: '' };

// One line of YAML as parts with the colour of each: enough for the sources of this page.
export interface Coloured { text: string; colour: '' | 'key' | 'type' | 'string' | 'expr' }
export function coloured(line: string): Coloured[] {
  const match = /^(\s*(?:- )?)([\w.-]+)(:\s*)(.*)$/.exec(line);
  if (match === null) return [{ text: line, colour: '' }];
  const [, lead = '', key = '', colon = '', value = ''] = match;
  const rest = value.split(/(\{\{.*?\}\})/).filter((part) => part !== '').map((text): Coloured => {
    if (text.startsWith('{{')) return { text, colour: 'expr' };
    return { text, colour: /^io\./.test(text) ? 'type' : value.startsWith('"') ? 'string' : '' };
  });
  return [{ text: lead, colour: '' }, { text: key, colour: 'key' }, { text: colon, colour: '' }, ...rest];
}
