// What DESIGN asks of the sources: one-way imports, no literals of look outside the tokens, no text outside the messages.
import js from '@eslint/js';
import vue from 'eslint-plugin-vue';
import typescript from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';
import local from './tools/lint.mjs';

const layers = {
  model: [],
  api: ['model'],
  kit: ['model'],
  charts: ['model', 'kit'],
  graph: ['model', 'kit'],
  logs: ['model', 'kit'],
  editor: ['model', 'kit'],
  forms: ['model', 'kit'],
  features: ['model', 'kit', 'api', 'charts', 'graph', 'logs', 'editor', 'forms'],
};
const folders = [...Object.keys(layers), 'app'];
const table = Object.entries(layers).map(([folder, allowed]) => ({
  files: [`src/${folder}/**/*.{ts,vue}`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        { group: folders.filter((other) => other !== folder && !allowed.includes(other)).map((other) => `@/${other}/**`), message: `${folder} may import ${allowed.join(', ') || 'nothing of the others'}.` },
        ...(folder === 'features' ? [{ group: ['@/features/**', '../*/**', '../../**'], message: 'A feature does not import another: what is shared moves down.' }] : []),
        { group: ['../**/app/**'], message: 'Nothing imports app.' },
      ],
    }],
  },
}));

export default typescript.config(
  { ignores: ['dist/', 'node_modules/', 'src/api/generated/contract.d.ts'] },
  js.configs.recommended,
  ...typescript.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['src/**/*.{ts,vue}'],
    languageOptions: { parser: vueParser, parserOptions: { parser: typescript.parser, extraFileExtensions: ['.vue'] } },
    plugins: { local },
    rules: {
      'no-undef': 'off',
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Requests go through api/client.' }],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      'vue/no-v-html': 'error',
      'vue/no-static-inline-styles': 'error',
      'vue/no-bare-strings-in-template': ['error', { allowlist: ['/', '·', '+', '*', ',', ':', '–', 'ARRAY of', '…', '(', ')'] }],
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/require-default-prop': 'off',
      'vue/max-lines-per-block': ['error', { template: 300, script: 300, style: 300 }],
      'vue/attributes-order': 'off',
      'local/look': 'error',
    },
  },
  { files: ['src/**/*.test.ts'], rules: { 'max-lines-per-function': 'off', 'local/look': 'off' } },
  { files: ['src/{charts,graph,logs,editor}/**', 'src/kit/icons/**'], rules: { 'local/look': ['error', { engine: true }] } },
  { files: ['tools/**', '*.config.*'], languageOptions: { globals: { process: 'readonly', console: 'readonly', Buffer: 'readonly', URL: 'readonly', fetch: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', performance: 'readonly' } } },
  ...table,
);
