export const open = () => null;
