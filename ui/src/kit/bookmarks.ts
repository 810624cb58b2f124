// The starred pages of this browser; the top bar and the menu share them.
import type { Bookmark } from '@/model/bookmarks';
import { useKept } from './keep';

export const bookmarks = useKept<Bookmark[]>('bookmarks', []);
