// What somebody entered last for each flow, in this browser only (UI-536). It outlives the dialog that writes it.
import { useKept } from '@/kit/keep';
import type { LastValues } from './prefill';

export const lastValues = useKept<LastValues>('lastValues', {});
