import { other } from '../registry/other.js';

export const broken = other;
