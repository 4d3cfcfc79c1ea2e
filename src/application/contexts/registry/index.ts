import { placeTree, placesByLevel, householdCount, unitRoll } from '../../../projections/registry/place-tree.js';
import { erasures, openErasures } from '../../../projections/registry/erasures.js';
import { placePolicies } from '../../../projections/registry/place-policies.js';
import { people, roles } from '../../../projections/registry/people.js';
import { ErasureConfirmed, PersonErased } from '../../../domain/registry/erasure.js';
import { defineContext } from '../../kernel/context.js';
import { registryCommands } from './commands.js';
import { registryPolicies } from './policies.js';
import { registryQueries } from './queries.js';
import { registryTexts } from './refusals.js';

export const registryContext = defineContext({
  name: 'registry',
  commands: registryCommands,
  queries: registryQueries,
  policies: registryPolicies,
  refusals: registryTexts,
  projections: [placeTree, placesByLevel, householdCount, unitRoll, placePolicies, people, roles, erasures, openErasures],
  destructions: { [PersonErased.name]: { after: ErasureConfirmed.name, owner: (personId) => personId } },
});
