// How far somebody is with the first minutes; the welcome page, the tour and the menu share it.
import { FRESH, type Onboarding } from '@/model/tour';
import { useKept } from './keep';

export const onboarding = useKept<Onboarding>('onboarding', { ...FRESH });
