// Whether what the page shows is kept up to date: the application says it, because the kit makes no requests.
import { shallowRef } from 'vue';

export type Live = 'live' | 'lost' | 'still'; // `still`: nothing on this page changes by itself
export const live = shallowRef<Live>('still');
