import { open } from '../event-log/sqlite/log.js';

export const command = open;
