import { readFileSync } from 'node:fs';
import { engine } from '../../infrastructure/engine.js';
import { other } from '../registry/other.js';

export const broken = [readFileSync, engine, other, Date.now(), new Date(), Math.random(), process.pid];
