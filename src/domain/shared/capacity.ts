/** The capacity in which a person acts (domain.md, Actors). `system` is used by policies only. */
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
/** One of `capacities`. */
export type Capacity = (typeof capacities)[number];

/** The capacities of those who belong to a place. */
export const neighbours: readonly Capacity[] = [
  'resident',
  'household-head',
  'guardian',
  'party-member',
  'moderator',
  'organization-lead',
  'volunteer',
];

/** Capacities that can be granted to a person at a place: all but `system`. */
export const grantable = capacities.filter((capacity) => capacity !== 'system');

/** The channel through which a command reached the system (domain.md, Actors). */
export const channels = ['web', 'wechat-group', 'qq-group', 'paper-form', 'door-to-door', 'import', 'system'] as const;
/** One of `channels`. */
export type Channel = (typeof channels)[number];

/** Channels for assisted entry: another person enters the act after it happened. */
export const assistedChannels: readonly Channel[] = ['paper-form', 'door-to-door', 'import'];
