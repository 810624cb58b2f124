import { scan } from './scan.mjs';

// UI-1033, UI-1037
scan(import.meta.url, 'dark', 2);
