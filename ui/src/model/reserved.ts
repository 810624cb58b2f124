// Words that mean a page in an address, so that no dashboard can have them as its id (UI-8). Pure. Flows have their ids behind their namespace:
// there no word is taken, and the server refuses those that its own addresses need.
const ofDashboards = ['new', 'edit', 'search', 'default'];
export const isReservedDashboard = (id: string | undefined): boolean => id !== undefined && ofDashboards.includes(id);
