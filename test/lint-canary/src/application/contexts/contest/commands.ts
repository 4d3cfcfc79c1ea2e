import { commands } from '../registry/commands.js';

export const reaching = commands;
