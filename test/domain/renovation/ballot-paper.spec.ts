import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { votersOf } from '../../../src/domain/renovation/voters.js';
import { renovationVote } from '../../../src/domain/renovation/ballot-paper.js';
import type { NotCounted } from '../../../src/domain/voting/acts.js';
import { given } from '../../support/given.js';
import { ballotOpened, compound, day, documentHash, openBallot as ballot, roll, unit } from './scenes.js';

const inBallot = (changes: Partial<typeof ballot> = {}) => ({ id: 'r1', placeId: compound, ballot: { ...ballot, ...changes } });
const open = { renovation: inBallot(), proxies: [] };
const final = { renovation: inBallot({ replaceable: false }), proxies: [] };
const holding = (owner: string, renovation = inBallot()) => ({ renovation, proxies: [{ owner, document: documentHash, hasEnded: false }] });
const during = (by: string) => ({ at: day(12), by });

const cast = (
  ownerId: string,
  choice: 'approve' | 'reject' | 'abstain',
  more: { replaces?: 'approve' | 'reject' | 'abstain'; castBy?: string; basis?: 'co-owner' | 'proxy' } = {},
) =>
  ({
    type: 'RenovationBallotCast',
    data: {
      renovationId: 'r1',
      ballotId: 'r1.1',
      voterId: ownerId,
      choice,
      castBy: ownerId,
      basis: 'owner',
      weight: {
        cai: { heads: 1, area: 100_00, households: 1 },
        li: { heads: 1, area: 150_00, households: 2 },
        wu: { heads: 1, area: 80_00, households: 1 },
      }[ownerId]!,
      ...more,
      ...(more.basis === 'proxy' && { proxyDocument: documentHash }),
    },
  }) as const;

describe('CastRenovationBallot', () => {
  it('given an open ballot, when an owner votes, then the vote has their weight: one head and all units', () => {
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('li'), facts: open })
      .then([cast('li', 'approve')]);
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'abstain', owner: 'cai' }, { ...during('cai'), facts: open })
      .then([cast('cai', 'abstain')]);
  });

  it('given a vote, when the owner casts the same again, then nothing changes', () => {
    given(renovationVote, cast('cai', 'approve'))
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('cai'), facts: final })
      .thenNothing();
  });

  it('given 100 acts of a proxy, when the proxy votes again, then it is refused; the owner still votes', () => {
    const choices = ['approve', 'reject'] as const;
    const acts = Array.from({ length: 100 }, (_, n) => ({ ...cast('cai', choices[n % 2]!, { castBy: 'wu', basis: 'proxy' }), by: 'wu' }));
    const often = given(renovationVote, ...acts);
    often
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve', owner: 'cai' }, { ...during('wu'), facts: holding('cai') })
      .thenRefused('renovation.change-limit', { limit: 100, owner: 'cai' });
    often
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('cai'), facts: open })
      .then([cast('cai', 'approve', { replaces: 'reject' })]);
  });

  it('given a vote, when the owner casts another, then it replaces the first if the ballot allows it, and else is refused', () => {
    const replacing = cast('cai', 'reject', { replaces: 'approve' });
    const twice = given(renovationVote, cast('cai', 'approve'));
    twice.when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject' }, { ...during('cai'), facts: open }).then([replacing]);
    twice
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject' }, { ...during('cai'), facts: final })
      .thenRefused('renovation.already-voted', { owner: 'cai' });
    given(renovationVote, cast('cai', 'approve'), replacing)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'abstain' }, { ...during('cai'), facts: open })
      .then([cast('cai', 'abstain', { replaces: 'reject' })]);
  });

  it('given another ballot, none, or a time outside it, when an owner votes, then it is refused', () => {
    const vote = (
      facts: { renovation: Omit<typeof open.renovation, 'ballot'> & { ballot: typeof ballot | null }; proxies: never[] },
      at: string,
      now = at,
      ballotId = 'r1.1',
    ) => given(renovationVote).when('CastRenovationBallot', { ballotId, choice: 'approve' }, { at, now, by: 'cai', facts });
    vote(open, day(12), day(12), 'r1.2').thenRefused('renovation.no-such-ballot', { ballot: 'r1.2' });
    vote({ ...open, renovation: { ...open.renovation, ballot: null } }, day(12)).thenRefused('renovation.no-such-ballot', {
      ballot: 'r1.1',
    });
    vote(open, day(10)).then([cast('cai', 'approve')]);
    vote(open, day(9, '23:59:59.999')).thenRefused('renovation.ballot-not-open', { opens: day(10) });
    vote(open, day(17)).thenRefused('renovation.ballot-closed', { closed: day(17) });
    vote({ ...open, renovation: inBallot({ closed: true, voters: {} }) }, day(12)).thenRefused('renovation.ballot-closed', {
      closed: day(17),
    });
  });

  it('given a ballot past its end but not closed, when a paper filled in before the end is entered, then it is cast', () => {
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { at: day(16), now: day(17), by: 'cai', facts: open })
      .then([cast('cai', 'approve')]);
  });

  it('given somebody who is not on the roll, when they vote, then it is refused', () => {
    for (const by of ['stranger', 'constructor', 'tostring']) {
      given(renovationVote)
        .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during(by), facts: open })
        .thenRefused('renovation.not-on-roll', { owner: by });
    }
  });
});

describe('what is entered on paper', () => {
  const paper = (by: string, n = 12) => ({ at: day(n), now: day(14), by, enteredBy: 'volunteer' });
  const notCounted = <T extends object>(event: { readonly type: 'RenovationBallotCast'; readonly data: T }, reason: NotCounted) => ({
    type: event.type,
    data: { ...event.data, notCounted: reason },
  });
  const approving = { ballotId: 'r1.1', choice: 'approve' } as const;
  const onPaper = (n: number, ...[ownerId, choice, more]: Parameters<typeof cast>) => ({
    ...cast(ownerId, choice, more),
    at: day(n),
    enteredBy: 'volunteer',
  });

  it.each([11, 13])('given a vote in person, when a paper of day %i is entered, then it is recorded and does not count', (n) => {
    for (const facts of [open, final])
      given(renovationVote, { ...cast('cai', 'reject'), at: day(12) })
        .when('CastRenovationBallot', approving, { ...paper('cai', n), facts })
        .then([notCounted(cast('cai', 'approve'), 'in-person')]);
  });

  it('given a vote in person, when a paper that says the same is entered, then it is recorded and does not count', () => {
    given(renovationVote, cast('cai', 'approve'))
      .when('CastRenovationBallot', approving, { ...paper('cai'), facts: open })
      .then([notCounted(cast('cai', 'approve'), 'in-person')]);
  });

  it('given an entered paper, when another is entered, then it counts by when it happened, not by when it was entered', () => {
    const entered = given(renovationVote, onPaper(12, 'cai', 'reject'));
    entered
      .when('CastRenovationBallot', approving, { ...paper('cai', 11), facts: open })
      .then([notCounted(cast('cai', 'approve'), 'later-act')]);
    entered
      .when('CastRenovationBallot', approving, { ...paper('cai', 13), facts: open })
      .then([cast('cai', 'approve', { replaces: 'reject' })]);
    entered
      .when('CastRenovationBallot', approving, { ...paper('cai', 13), facts: final })
      .then([notCounted(cast('cai', 'approve'), 'final')]);
    entered
      .when('CastRenovationBallot', approving, { ...paper('cai', 11), facts: final })
      .then([cast('cai', 'approve', { replaces: 'reject' })]);
  });

  it('given an entered paper, when the owner votes in person, then it replaces the paper, also if votes are final', () => {
    given(renovationVote, onPaper(13, 'cai', 'reject'))
      .when('CastRenovationBallot', approving, { ...during('cai'), facts: final })
      .then([cast('cai', 'approve', { replaces: 'reject' })]);
  });

  it('given an entered paper, when the owner casts the same in person, then their own vote replaces it', () => {
    given(renovationVote, onPaper(13, 'cai', 'approve'))
      .when('CastRenovationBallot', approving, { ...during('cai'), facts: open })
      .then([cast('cai', 'approve', { replaces: 'approve' })]);
  });

  it('given a vote by proxy that is final, when a paper of the owner is entered, then it is recorded and does not count', () => {
    given(renovationVote, cast('li', 'reject', { castBy: 'cai', basis: 'proxy' }))
      .when('CastRenovationBallot', approving, { ...paper('li', 11), facts: final })
      .then([notCounted(cast('li', 'approve'), 'final')]);
  });

  it('given an owner and a proxy, when papers are entered, then the owner’s vote takes precedence over the proxy’s', () => {
    given(renovationVote, cast('li', 'reject', { castBy: 'cai', basis: 'proxy' }))
      .when('CastRenovationBallot', approving, { ...paper('li', 11), facts: open })
      .then([cast('li', 'approve', { replaces: 'reject' })]);
    given(renovationVote, onPaper(11, 'li', 'reject'))
      .when('CastRenovationBallot', { ...approving, owner: 'li' }, { ...paper('cai', 13), facts: holding('li') })
      .then([notCounted(cast('li', 'approve', { castBy: 'cai', basis: 'proxy' }), 'owner-voted')]);
    given(renovationVote, cast('li', 'reject', { castBy: 'cai', basis: 'proxy' }))
      .when('CastRenovationBallot', { ...approving, owner: 'li' }, { ...during('wu'), enteredBy: 'volunteer', facts: holding('li') })
      .then([notCounted(cast('li', 'approve', { castBy: 'wu', basis: 'proxy' }), 'in-person')]);
  });

  it('given five entries of one person, when they enter one more, then it is refused; when somebody else does, then it is cast', () => {
    const entered = given(renovationVote, ...Array.from({ length: 5 }, () => onPaper(12, 'cai', 'reject')));
    entered
      .when('CastRenovationBallot', approving, { ...paper('cai', 13), facts: open })
      .thenRefused('renovation.entry-limit', { limit: 5, owner: 'cai' });
    entered
      .when('CastRenovationBallot', approving, { ...paper('cai', 13), enteredBy: 'other', facts: open })
      .then([cast('cai', 'approve', { replaces: 'reject' })]);
    const { renovation } = open;
    const acts = { ...ballotOpened.data.acts, entriesPerVote: 6 };
    entered
      .when('CastRenovationBallot', approving, {
        ...paper('cai', 13),
        facts: { ...open, renovation: { ...renovation, ballot: { ...renovation.ballot, acts } } },
      })
      .then([cast('cai', 'approve', { replaces: 'reject' })]);
  });
});

describe('WithdrawRenovationBallot', () => {
  const withdrawn = (ownerId: 'cai' | 'li' | 'wu', more: object = {}) =>
    ({
      type: 'RenovationBallotWithdrawn',
      data: {
        renovationId: 'r1',
        ballotId: 'r1.1',
        voterId: ownerId,
        weight: cast(ownerId, 'approve').data.weight,
        withdrawnBy: ownerId,
        basis: 'owner',
        ...more,
      },
    }) as const;

  it('given a vote, when the owner withdraws it, then it is withdrawn if votes are replaceable, once, and else refused', () => {
    const voted = given(renovationVote, cast('cai', 'approve'));
    voted
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...during('cai'), facts: open })
      .then([withdrawn('cai', { withdraws: 'approve' })]);
    voted
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...during('cai'), facts: final })
      .thenRefused('renovation.already-voted', { owner: 'cai' });
    given(renovationVote, cast('cai', 'approve'), withdrawn('cai', { withdraws: 'approve' }))
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...during('cai'), facts: open })
      .thenNothing();
    given(renovationVote)
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...during('cai'), facts: open })
      .thenRefused('renovation.no-vote-to-withdraw', { owner: 'cai' });
  });
  it('given an entered paper, when the owner withdraws it, then it is withdrawn, also if votes are final, and the owner may vote', () => {
    const entered = { ...cast('cai', 'approve'), at: day(13), enteredBy: 'volunteer' };
    given(renovationVote, entered)
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...during('cai'), facts: final })
      .then([withdrawn('cai', { withdraws: 'approve' })]);
    given(renovationVote, entered, withdrawn('cai', { withdraws: 'approve' }))
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('cai'), facts: final })
      .then([cast('cai', 'approve')]);
  });
  it('given a withdrawal in person, when a paper is entered, then it is recorded and does not count', () => {
    const { type, data } = cast('cai', 'approve');
    given(renovationVote, cast('cai', 'approve'), withdrawn('cai', { withdraws: 'approve' }))
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('cai'), enteredBy: 'volunteer', facts: open })
      .then([{ type, data: { ...data, notCounted: 'in-person' } }]);
  });
  it('given a co-owner’s withdrawal, when another owner of the unit withdraws too, then nothing changes', () => {
    given(
      renovationVote,
      cast('wu', 'approve', { castBy: 'zhao', basis: 'co-owner' }),
      withdrawn('wu', { withdraws: 'approve', withdrawnBy: 'zhao', basis: 'co-owner' }),
    )
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...during('wu'), facts: open })
      .thenNothing();
  });
  it('given a proxy who has withdrawn the vote, when another holder votes, then it is cast', () => {
    given(
      renovationVote,
      cast('li', 'approve', { castBy: 'cai', basis: 'proxy' }),
      withdrawn('li', { withdraws: 'approve', withdrawnBy: 'cai', basis: 'proxy' }),
    )
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject', owner: 'li' }, { ...during('wu'), facts: holding('li') })
      .then([cast('li', 'reject', { castBy: 'wu', basis: 'proxy' })]);
  });
  it('given a vote of the owner, when the proxy withdraws it, then it is refused', () => {
    given(renovationVote, cast('li', 'approve'))
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1', owner: 'li' }, { ...during('cai'), facts: holding('li') })
      .thenRefused('renovation.voted-in-person', { owner: 'li' });
  });
  it('given any state, when a withdrawal is entered, then it is recorded', () => {
    const entered = { ...during('cai'), enteredBy: 'volunteer', facts: open };
    given(renovationVote)
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, entered)
      .then([withdrawn('cai')]);
    given(renovationVote, cast('cai', 'approve'))
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, entered)
      .then([withdrawn('cai', { notCounted: 'in-person' })]);
    given(renovationVote)
      .when('WithdrawRenovationBallot', { ballotId: 'r1.1' }, { ...entered, facts: final })
      .then([withdrawn('cai', { notCounted: 'final' })]);
  });
});

describe('a unit of several owners', () => {
  it('given a unit of several owners, when one of them votes, then it is cast under the first name only', () => {
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve', owner: 'wu' }, { ...during('zhao'), facts: open })
      .then([cast('wu', 'approve', { castBy: 'zhao', basis: 'co-owner' })]);
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('zhao'), facts: open })
      .thenRefused('renovation.co-owner-is-the-name', { owner: 'wu' });
  });

  it('given a co-owner’s vote that is final, when another owner of the unit votes, then it is refused', () => {
    given(renovationVote, cast('wu', 'approve', { castBy: 'zhao', basis: 'co-owner' }))
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject' }, { ...during('wu'), facts: final })
      .thenRefused('renovation.already-voted', { owner: 'wu' });
  });

  it('given an owner who also owns a unit alone, when a co-owner votes for them, then it is refused', () => {
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve', owner: 'li' }, { ...during('zhou'), facts: open })
      .thenRefused('renovation.no-proxy', { owner: 'li' });
  });
});

describe('a written proxy', () => {
  it('given a proxy, when its holder votes, then the owner’s vote is cast', () => {
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve', owner: 'li' }, { ...during('cai'), facts: holding('li') })
      .then([cast('li', 'approve', { castBy: 'cai', basis: 'proxy' })]);
  });

  it('given a proxy, when its holder votes under their own name, then the vote does not name the proxy', () => {
    given(renovationVote)
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('cai'), facts: holding('li') })
      .then([cast('cai', 'approve')]);
  });

  it('given no proxy of that owner, when somebody votes for them, then it is refused', () => {
    for (const facts of [open, holding('wu')]) {
      given(renovationVote)
        .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve', owner: 'li' }, { ...during('cai'), facts })
        .thenRefused('renovation.no-proxy', { owner: 'li' });
    }
  });

  it('given a proxy, when the owner votes in person, before or after the holder, then the owner’s vote stands', () => {
    given(renovationVote, cast('li', 'approve'))
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject', owner: 'li' }, { ...during('cai'), facts: holding('li') })
      .thenRefused('renovation.voted-in-person', { owner: 'li' });
    given(renovationVote, cast('li', 'approve', { castBy: 'cai', basis: 'proxy' }))
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve' }, { ...during('li'), facts: open })
      .then([cast('li', 'approve', { replaces: 'approve' })]);
  });

  it('given a vote by proxy, when another holder votes, then it is refused; when the same one does, then it is replaced if allowed', () => {
    const voted = given(renovationVote, cast('li', 'approve', { castBy: 'cai', basis: 'proxy' }));
    voted
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject', owner: 'li' }, { ...during('wu'), facts: holding('li') })
      .thenRefused('renovation.voted-by-other-proxy', { owner: 'li' });
    voted
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'approve', owner: 'li' }, { ...during('wu'), facts: holding('li') })
      .thenRefused('renovation.voted-by-other-proxy', { owner: 'li' });
    voted
      .when('CastRenovationBallot', { ballotId: 'r1.1', choice: 'reject', owner: 'li' }, { ...during('cai'), facts: holding('li') })
      .then([cast('li', 'reject', { replaces: 'approve', castBy: 'cai', basis: 'proxy' })]);
    voted
      .when(
        'CastRenovationBallot',
        { ballotId: 'r1.1', choice: 'reject', owner: 'li' },
        { ...during('cai'), facts: holding('li', inBallot({ replaceable: false })) },
      )
      .thenRefused('renovation.already-voted', { owner: 'li' });
  });
});

describe('votersOf', () => {
  it('given an owner of several units, when voters are counted, then they are one head with the area of all units', () => {
    expect(votersOf(roll)).toEqual({
      cai: { area: 100_00, units: 1, coOwners: [] },
      li: { area: 150_00, units: 2, coOwners: [] },
      wu: { area: 80_00, units: 1, coOwners: ['zhao'] },
    });
  });

  it('given units of the same first owner, when voters are counted, then co-owners are those who own all of them', () => {
    expect(votersOf([unit(1, 1, 'a', 'b', 'c'), unit(2, 2, 'a', 'c', 'b'), unit(3, 4, 'a', 'c')])).toEqual({
      a: { area: 7, units: 3, coOwners: ['c'] },
    });
  });

  it('given a couple that its units list in different orders, when voters are counted, then it is one voter', () => {
    expect(votersOf([unit(1, 1, 'a', 'b'), unit(2, 2, 'b', 'a')])).toEqual({ a: { area: 3, units: 2, coOwners: ['b'] } });
    expect(votersOf([unit(1, 1, 'a', 'b', 'c'), unit(2, 2, 'c', 'b', 'a'), unit(3, 4, 'c', 'b')])).toEqual({
      a: { area: 3, units: 2, coOwners: ['b', 'c'] },
      c: { area: 4, units: 1, coOwners: ['b'] },
    });
  });

  it('given any roll, when voters are counted, then every area with an owner counts once', () => {
    const units = fc
      .array(fc.tuple(fc.integer({ min: 1, max: 1e7 }), fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'constructor'), { maxLength: 3 })), {
        maxLength: 20,
      })
      .map((list) => list.map(([area, owners], i) => unit(i + 1, area, ...owners)));
    fc.assert(
      fc.property(units, (all) => {
        const owned = all.filter(({ owners }) => owners.length > 0);
        const voters = Object.entries(votersOf(all));
        expect(voters.reduce((sum, [, { area }]) => sum + area, 0)).toBe(owned.reduce((sum, { area }) => sum + area, 0));
        // the first unit of each group last
        const groups = new Map(owned.toReversed().map(({ owners }) => [owners.toSorted().join(), owners[0]]));
        expect(new Set(voters.map(([name]) => name))).toEqual(new Set(groups.values()));
      }),
    );
  });
});
