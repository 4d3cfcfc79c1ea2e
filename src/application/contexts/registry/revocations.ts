import { isRevoked, tokenRevocations } from '../../../domain/registry/token-revocations.js';
import { county } from '../../../domain/shared/place-id.js';
import type { Aggregates } from '../../kernel/aggregates.js';
import { follow } from '../../kernel/follow.js';
import { type EventReader, LogUnavailable } from '../../ports/event-log.js';

type State = (typeof tokenRevocations)['initial'];

/** The revoked tokens. They are read from the log at each request; at a read while it is away, as this process last heard of them. */
export class Revocations {
  private known: State | null = null;

  constructor(
    private readonly aggregates: Pick<Aggregates, 'load'>,
    private readonly isLogAway: () => boolean,
  ) {}

  /** @throws LogUnavailable */
  async isRevoked(personId: string, tokenId: string, { isRead }: { readonly isRead: boolean }): Promise<boolean> {
    const state = isRead && this.isLogAway() ? this.lastKnown() : await this.load();
    return isRevoked(state, personId, tokenId);
  }

  /** Hears of revocations until the signal is aborted, so that what is known is as new as the rows. */
  async follow(log: EventReader, { signal, onTrouble }: Pick<Parameters<typeof follow>[2], 'signal' | 'onTrouble'>): Promise<void> {
    const onPage = () => void this.load().catch(() => undefined); // the next page, or the next request, tells
    await follow(log, { types: Object.keys(tokenRevocations.events) }, { signal, onPage, onTrouble });
  }

  private lastKnown(): State {
    if (this.known === null) throw new LogUnavailable('nothing was heard of revoked tokens before the log was away');
    return this.known;
  }

  private async load(): Promise<State> {
    return (this.known = (await this.aggregates.load(tokenRevocations, county)).state);
  }
}
