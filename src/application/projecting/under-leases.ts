import type { Lease, Leases } from '../ports/leases.js';

/** What is to be worked on is kept up to date by a server. */
export class ProjectionInUse extends Error {
  override readonly name = 'ProjectionInUse';
  constructor(name: string) {
    super(
      `${name} is kept up to date by a server: stop it first; on the engines only the processes of the roles projector and all. ` +
        `${name} 正由服务更新：请先停止服务；使用引擎时只须停止 projector 和 all 进程。`,
    );
  }
}

/**
 * Works under leases, which are renewed meanwhile. If one is lost nevertheless, what is written under its epoch is refused.
 * @throws ProjectionInUse if one of them is held; then nothing is done
 */
export async function underLeases<T>(leases: Leases, names: readonly string[], work: (held: readonly Lease[]) => Promise<T>): Promise<T> {
  const held: Lease[] = [];
  let renewing: NodeJS.Timeout | null = null;
  try {
    for (const name of names) {
      const lease = await leases.acquire(name);
      if (!lease) throw new ProjectionInUse(name);
      held.push(lease);
      if (leases.lastsMs === Infinity) continue;
      renewing ??= setInterval(() => {
        for (const one of held) leases.renew(one).catch(() => undefined); // tried again
      }, leases.lastsMs / 3);
    }
    return await work(held);
  } finally {
    if (renewing) clearInterval(renewing);
    for (const lease of held) await leases.release(lease);
  }
}
