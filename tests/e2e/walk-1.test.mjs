import { walk } from './walk.mjs';

// UI-5, UI-1150, UI-1033, UI-1034, UI-1037
walk(import.meta.url, 1);
