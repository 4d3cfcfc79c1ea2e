import { other } from './other.js';

export const around = (): unknown => other;
