export const commands = 'registry';
