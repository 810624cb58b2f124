// Compiles ICU messages while building. A message is a string where nothing varies, else a list of parts:
//   text | ['a', name] | ['n', name] | ['#'] | ['p', name, {category or =N: parts}] | ['s', name, {case: parts}]
// `node tools/messages.mjs` checks that each key that the sources use exists, that each that exists is used, and that each language has all of
// them with the same parts and with each form of a plural that it needs.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import icu from '@formatjs/icu-messageformat-parser';

const { parse, TYPE } = icu;

function parts(elements) {
  return elements.map((element) => {
    switch (element.type) {
      case TYPE.literal:
        return element.value;
      case TYPE.argument:
        return ['a', element.value];
      case TYPE.number:
        return ['n', element.value];
      case TYPE.pound:
        return ['#'];
      case TYPE.plural:
      case TYPE.select: {
        const cases = Object.entries(element.options).map(([name, option]) => [name, parts(option.value)]);
        return [element.type === TYPE.plural ? 'p' : 's', element.value, Object.fromEntries(cases)];
      }
      default:
        throw new Error(`a message uses a part of type ${element.type}, which the page cannot format`);
    }
  });
}

export function compile(text) {
  const compiled = parts(parse(text, { ignoreTag: true }));
  return compiled.every((part) => typeof part === 'string') ? compiled.join('') : compiled;
}

export function compileLanguage(folder) {
  const all = {};
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue;
    const feature = file.slice(0, -'.json'.length);
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')))) {
      try {
        all[`${feature}.${key}`] = compile(text);
      } catch (error) {
        throw new Error(`${folder}/${file}: ${key}: ${error.message}`);
      }
    }
  }
  return all;
}

function sources(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(path).isDirectory()) return sources(path);
    return /\.(ts|vue)$/.test(name) && !/\.test\.ts$|\.d\.ts$/.test(name) ? [path] : [];
  });
}

// What varies in a message, and the forms of its plurals.
function shape(elements, into = { names: new Set(), plurals: [] }) {
  for (const element of elements) {
    if (element.type === TYPE.argument || element.type === TYPE.number) into.names.add(element.value);
    if (element.type !== TYPE.plural && element.type !== TYPE.select) continue;
    into.names.add(element.value);
    if (element.type === TYPE.plural) into.plurals.push(Object.keys(element.options));
    for (const option of Object.values(element.options)) shape(option.value, into);
  }
  return into;
}

const mostCounted = 200; // each form that a count of things needs is among these
// What is wrong with one message of a language: it must have the parts of the English one, and each form that a count can need.
export function wrongWith(language, text, english) {
  const problems = [];
  if (text.trim() === '') return ['is empty'];
  const [mine, theirs] = [text, english].map((one) => shape(parse(one, { ignoreTag: true })));
  for (const name of theirs.names) if (!mine.names.has(name)) problems.push(`does not have {${name}}`);
  for (const name of mine.names) if (!theirs.names.has(name)) problems.push(`has {${name}}, which English does not have`);
  const rules = new Intl.PluralRules(language.replace('_', '-'));
  for (const options of mine.plurals) {
    // Numbers that have a text of their own, `=1`, need no form.
    const counts = Array.from({ length: mostCounted }, (_, count) => count).filter((count) => !options.includes(`=${count}`));
    for (const form of new Set(counts.map((count) => rules.select(count)))) if (!options.includes(form)) problems.push(`has no form "${form}" of a plural`);
  }
  return problems;
}

const texts = (folder) => Object.fromEntries(readdirSync(folder).filter((file) => file.endsWith('.json')).sort()
  .flatMap((file) => Object.entries(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'))).map(([key, text]) => [`${file.slice(0, -'.json'.length)}.${key}`, text])));

export function check(root) {
  const source = `${root}/src/locales`;
  const english = compileLanguage(`${source}/en`);
  const features = new Set(Object.keys(english).map((key) => key.slice(0, key.indexOf('.'))));
  const problems = [];
  const used = new Set();
  for (const path of sources(`${root}/src`)) {
    const text = readFileSync(path, 'utf8');
    for (const [, key] of text.matchAll(/['"`]([a-z][a-zA-Z]*\.[a-zA-Z0-9_.]+)['"`]/g)) {
      if (english[key] !== undefined) used.add(key);
      else if (new RegExp(`\\bt\\(\\s*['"\`]${key.replaceAll('.', '\\.')}['"\`]`).test(text)) problems.push(`${path}: there is no message ${key}`);
    }
    // A key that is put together, `states.${x}`, uses all that begin so.
    for (const [, feature, rest] of text.matchAll(/`([a-z][a-zA-Z]*)\.([a-zA-Z0-9_.]*)\$\{/g)) {
      if (features.has(feature)) for (const key of Object.keys(english)) if (key.startsWith(`${feature}.${rest}`)) used.add(key);
    }
  }
  for (const key of Object.keys(english)) if (!used.has(key)) problems.push(`no source uses the message ${key}`);
  for (const language of readdirSync(source)) {
    const keys = Object.keys(compileLanguage(`${source}/${language}`)); // each can be formatted
    const [mine, theirs] = [texts(`${source}/${language}`), texts(`${source}/en`)];
    for (const key of keys) if (theirs[key] !== undefined) for (const wrong of wrongWith(language, mine[key], theirs[key])) problems.push(`${language}: ${key} ${wrong}`);
    for (const key of Object.keys(english)) if (!keys.includes(key)) problems.push(`${language} has no message ${key}`);
    for (const key of keys) if (english[key] === undefined) problems.push(`${language} has a message that English does not have: ${key}`);
  }
  return { problems, count: Object.keys(english).length, languages: readdirSync(source).length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { problems, count, languages } = check(fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, ''));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exit(1);
  console.log(`messages: ${count} in ${languages} languages, each used, none missing`);
}
