/** In which capacity somebody acts (domain.md, Actors). `system` is the clock and the policies. */
export const capacities = [
  'resident',
  'household-head',
  'guardian',
  'party-member',
  'moderator',
  'cadre',
  'planner',
  'organization-lead',
  'volunteer',
  'department',
  'jury-member',
  'auditor',
  'system',
] as const;
export type Capacity = (typeof capacities)[number];

/** Capacities that are granted to a person at a place; nobody is made the system. */
export const grantable = capacities.filter((capacity) => capacity !== 'system');

/** By which way something reached the system (domain.md, Actors). */
export const channels = ['web', 'wechat-group', 'qq-group', 'paper-form', 'door-to-door', 'import', 'system'] as const;
export type Channel = (typeof channels)[number];

/** Channels by which something is entered after it happened, by somebody else than the one who did it. */
export const assistedChannels: readonly Channel[] = ['paper-form', 'door-to-door', 'import'];
