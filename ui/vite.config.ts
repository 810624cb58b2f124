import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { compileLanguage } from './tools/messages.mjs';

const locales = fileURLToPath(new URL('./src/locales', import.meta.url));

// `virtual:messages/en` is the compiled messages of one language: no parser of messages runs in the browser. `virtual:languages` loads the others.
function messages(): Plugin {
  const prefix = 'virtual:messages/';
  const all = 'virtual:languages';
  return {
    name: 'messages',
    resolveId: (id) => (id.startsWith(prefix) || id === all ? `\0${id}` : undefined),
    load(id) {
      if (id === `\0${all}`) return `export default {${readdirSync(locales).filter((name) => name !== 'en').sort().map((name) => `${name}: () => import('${prefix}${name}')`).join(', ')}}`;
      if (!id.startsWith(`\0${prefix}`)) return undefined;
      const language = id.slice(prefix.length + 1);
      for (const file of readdirSync(`${locales}/${language}`)) this.addWatchFile(`${locales}/${language}/${file}`);
      return `export default ${JSON.stringify(compileLanguage(`${locales}/${language}`))}`;
    },
  };
}

export default defineConfig({
  base: './',
  plugins: [vue(), messages()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  html: { cspNonce: '@GYR_NONCE@' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rollupOptions: {
      output: {
        manualChunks(id) {
          if (/[\\/]node_modules[\\/]@codemirror[\\/]legacy-modes/.test(id)) return undefined; // one chunk a language, loaded with its first script
          if (/[\\/]node_modules[\\/](@codemirror|@lezer|crelt|style-mod|w3c-keyname|@marijn)/.test(id)) return 'codemirror';
          if (/[\\/]node_modules[\\/]yaml[\\/]|[\\/]src[\\/]model[\\/]yaml[\\/]/.test(id)) return 'yaml';
          if (/[\\/]node_modules[\\/]/.test(id)) return 'libraries';
          if (/[\\/]src[\\/](kit|model|api)[\\/]/.test(id) || id === '\0virtual:messages/en') return 'kit';
          if (id.startsWith('\0virtual:messages/')) return `messages-${id.slice(id.lastIndexOf('/') + 1)}`;
          return undefined;
        },
      },
    },
  },
  server: { proxy: { '/api': { target: process.env['GYR_SERVER'] ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
  test: { include: ['src/**/*.test.ts', 'tools/*.test.mjs'], environment: 'node', pool: 'threads', isolate: false },
});
