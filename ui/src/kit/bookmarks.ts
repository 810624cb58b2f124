// The starred pages; the top bar and the menu share them. `app/person.ts` carries them to the server.
import type { Bookmark } from '@/model/bookmarks';
import { useKept } from './keep';

export const bookmarks = useKept<Bookmark[]>('bookmarks', []);
export const starsUnsent = useKept('bookmarks.unsent', false);
