// An edit of the text by a form or in the graph. What cannot be done is said with its reason, and the text stays as it is.
import { t } from '@/kit/i18n';
import { fail } from '@/kit/toasts';
import { CannotEdit } from '@/model/yaml/edit';
import { UsesOutput } from '@/model/yaml/tasks';

// Answers whether the edit was made.
export function useEdit(source: () => string, edit: (next: string) => void): (change: (source: string) => string) => boolean {
  return (change) => {
    try {
      edit(change(source()));
      return true;
    } catch (failure) {
      if (!(failure instanceof CannotEdit)) throw failure;
      fail(failure instanceof UsesOutput ? t('nocode.usesOutput', { task: failure.task, output: failure.output }) : t('nocode.cannot', { reason: failure.message }));
      return false;
    }
  };
}
