import { t } from './i18n';
import { fail, succeed } from './toasts';

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    succeed(t('kit.copied'));
  } catch {
    fail(t('kit.notCopied'), [text]);
  }
}
