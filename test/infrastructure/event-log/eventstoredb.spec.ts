import { expect, it } from '@jest/globals';
import { mayLag } from '../../../src/infrastructure/event-log/eventstoredb/log.js';

it.each([
  ['esdb://localhost:2113?tls=false', false],
  ['esdb://admin:p,w@localhost:2113', false],
  ['kurrentdb://localhost:2113?tls=false&nodePreference=follower', false], // one node: there is no choice
  ['esdb+discover://cluster.example:2113', true],
  ['esdb+discover://admin:pw@cluster.example:2113/?nodePreference=follower', true],
  ['kurrentdb+discover://cluster.example?nodePreference=leader', false],
  ['esdb://one:2113,two:2113,three:2113', true],
  ['esdb://one:2113,two:2113,three:2113?tls=false&NODEPREFERENCE=Leader', false],
  ['ESDB+DISCOVER://cluster.example:2113', true],
])('given the event store %s, when the log is read, then it may lag: %s', (connection, expected) => {
  expect(mayLag(connection)).toBe(expected);
});
