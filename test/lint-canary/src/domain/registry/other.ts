import { around } from './around.js';

export const other = (): unknown => around;
