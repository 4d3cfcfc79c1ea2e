import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { engine } from '../../infrastructure/engine.js';
import { other } from '../registry/other.js';

export const broken = [
  readFileSync,
  randomUUID,
  engine,
  other,
  Date.now(),
  new Date(),
  Date(),
  Math.random(),
  await engine,
  process.pid,
  setTimeout,
  setInterval,
  setImmediate,
  fetch,
  performance,
  crypto,
  console,
  queueMicrotask,
];
