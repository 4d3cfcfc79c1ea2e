import { dueCommand, type Policies } from '../../process/policy.js';

// entries that are due at the same time are executed in the order of their keys: access ends before the key is destroyed
const tokensOf = (personId: string): string => `erasure/${personId}/access`;
const keyOf = (personId: string): string => `erasure/${personId}/key`;
const registrationOf = (personId: string): string => `erasure/${personId}/registration`;

/** A confirmed erasure destroys the key of the person, and ends tokens and registration. */
export const registryPolicies: Policies = {
  on: {
    ErasureConfirmed: (event) => {
      const { personId, registered } = event.data;
      return {
        [tokensOf(personId)]: dueCommand(event, event.recordedAt, 'EndTokens', { personId }),
        [keyOf(personId)]: dueCommand(event, event.recordedAt, 'ErasePerson'),
        ...(registered && { [registrationOf(personId)]: dueCommand(event, event.recordedAt, 'EndRegistration') }),
      };
    },
    TokensEnded: ({ data: { personId } }) => ({ [tokensOf(personId)]: null }),
    PersonErased: ({ data: { personId } }) => ({ [keyOf(personId)]: null }),
    RegistrationEnded: ({ data: { personId } }) => ({ [registrationOf(personId)]: null }),
  },
};
