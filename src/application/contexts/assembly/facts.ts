import { resolution } from '../../../domain/assembly/resolution.js';
import type { Load } from '../../kernel/command.js';

/** A decided resolution, by which another context records a decision; null if there is none with this id, or it is not decided. */
export async function decidedResolution(load: Load, id: string) {
  const found = await load.state(resolution, id);
  if (found === null || found.decision === null) return null;
  const { placeId, matter, announcedAt, decision } = found;
  return { placeId, matter, announcedAt, decision };
}
