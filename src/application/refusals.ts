/** What is said of each refusal, context by context. */
export const refusals = {
};
