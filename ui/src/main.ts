// Boot: preferences, the login configuration, then the router. The theme is already set by the script in the page.
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import './kit/fonts.css';
import './kit/tokens.css';
import './kit/base.css';
import './kit/print.css';
import App from './app/App.vue';
import { makeRouter } from './app/router';
import { ApiError } from './api/errors';
import { speak } from './kit/i18n';

const fresh = 10_000;
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: fresh,
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status > 0 && error.status < 500),
      refetchOnWindowFocus: true,
    },
  },
});

// The language first, so that nothing is painted twice.
void speak().then(() => createApp(App).use(createPinia()).use(VueQueryPlugin, { queryClient: queries }).use(makeRouter()).mount('#app'));

// After an upgrade of the server the chunks of the old page are gone: it is loaded once more, and only once.
const key = 'gyr.reloaded';
window.addEventListener('vite:preloadError', (event) => {
  if (sessionStorage.getItem(key) !== null) return;
  event.preventDefault();
  sessionStorage.setItem(key, 'yes');
  location.reload();
});
