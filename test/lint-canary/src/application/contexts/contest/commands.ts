import { other } from '../../../domain/registry/other.js';
import { commands } from '../registry/commands.js';

export const reaching = [commands, other];
