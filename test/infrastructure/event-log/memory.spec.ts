import { memoryLog } from '../../../src/infrastructure/event-log/memory/log.js';
import { eventLogContract } from '../../contracts/event-log.contract.js';

eventLogContract({ name: 'memory', open: () => Promise.resolve(memoryLog()) });
