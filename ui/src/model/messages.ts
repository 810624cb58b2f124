// Formats the messages that tools/messages.mjs compiled. Pure.
export type Part = string | ['a', string] | ['n', string] | ['#'] | ['p', string, Record<string, Part[]>] | ['s', string, Record<string, Part[]>];
export type Message = string | Part[];
export type Values = Readonly<Record<string, string | number>>;

const numbers = new Map<string, Intl.NumberFormat>();
const plurals = new Map<string, Intl.PluralRules>();

export function formatNumber(value: number, language: string): string {
  let made = numbers.get(language);
  if (!made) numbers.set(language, (made = new Intl.NumberFormat(language)));
  return made.format(value);
}

function choose(kind: 'p' | 's', value: string | number, cases: Record<string, Part[]>, language: string): Part[] {
  if (kind === 's') return cases[String(value)] ?? cases['other'] ?? [];
  let rules = plurals.get(language);
  if (!rules) plurals.set(language, (rules = new Intl.PluralRules(language)));
  return cases[`=${value}`] ?? cases[rules.select(Number(value))] ?? cases['other'] ?? [];
}

export function formatMessage(message: Message, values: Values, language: string, count?: number): string {
  if (typeof message === 'string') return message;
  let text = '';
  for (const part of message) {
    if (typeof part === 'string') text += part;
    else if (part[0] === '#') text += formatNumber(count ?? 0, language);
    else if (part[0] === 'a' || part[0] === 'n') {
      const value = values[part[1]] ?? '';
      text += typeof value === 'number' ? formatNumber(value, language) : value;
    } else {
      const value = values[part[1]] ?? '';
      text += formatMessage(choose(part[0], value, part[2], language), values, language, typeof value === 'number' ? value : undefined);
    }
  }
  return text;
}
