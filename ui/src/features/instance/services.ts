// The state of a service as the silhouette that says the same.
const states: Record<string, string> = { CREATED: 'CREATED', RUNNING: 'SUCCESS', MAINTENANCE: 'PAUSED', ERROR: 'FAILED', DISCONNECTED: 'FAILED', TERMINATING: 'KILLING', TERMINATED_GRACEFULLY: 'CANCELLED', TERMINATED_FORCED: 'KILLED', NOT_RUNNING: 'FAILED', INACTIVE: 'SKIPPED' };
export const serviceState = (state: string): string => states[state] ?? 'CREATED';
