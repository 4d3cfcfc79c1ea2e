import { report } from 'node:process';

/** What a server needs at the least: it opens 300 files when it starts, and then one for each connection. */
const needed = 512;

/** Why the program cannot run: it may open too few files at once. Null when it may open enough, or the system sets no such limit. */
export function tooFewOpenFiles(): string | null {
  Object.assign(report, { excludeNetwork: true }); // it would look up names
  const { userLimits } = report.getReport() as { readonly userLimits?: { readonly open_files: { readonly soft: number | 'unlimited' } } };
  const limit = userLimits?.open_files.soft;
  if (typeof limit !== 'number' || limit >= needed) return null;
  return (
    `this process may open only ${limit} files at once, and a server needs ${needed} or more. Raise the limit before you start it: ulimit -n 4096 (systemd: LimitNOFILE=4096). ` +
    `本进程最多只能同时打开 ${limit} 个文件，至少需要 ${needed} 个。请先提高上限再启动：ulimit -n 4096（systemd：LimitNOFILE=4096）。`
  );
}
