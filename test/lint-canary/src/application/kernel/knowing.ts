import { other } from '../../domain/registry/other.js';

export const knowing = other;
