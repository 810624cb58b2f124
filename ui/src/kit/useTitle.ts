import { watchEffect } from 'vue';
import { t } from './i18n';

export function useTitle(title: () => string): void {
  watchEffect(() => { document.title = `${title()} · ${t('shell.product')}`; });
}
