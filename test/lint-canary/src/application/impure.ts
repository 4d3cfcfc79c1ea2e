import { engine } from '../infrastructure/engine.js';

export const broken = engine;
