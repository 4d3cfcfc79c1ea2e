import { report } from 'node:process';

/** Minimum number of open files for a server: it opens 300 at the start, then one for each connection. */
const needed = 512;

/** Why the program cannot run: it may open too few files at once. Null if the limit is high enough or there is none. */
export function tooFewOpenFiles(): string | null {
  Object.assign(report, { excludeNetwork: true }); // without this the report makes DNS requests
  const { userLimits } = report.getReport() as { readonly userLimits?: { readonly open_files: { readonly soft: number | 'unlimited' } } };
  const limit = userLimits?.open_files.soft;
  if (typeof limit !== 'number' || limit >= needed) return null;
  return (
    `this process may open only ${limit} files at once, but a server needs at least ${needed}. Raise the limit first: ulimit -n ` +
    '4096 (systemd: LimitNOFILE=4096). ' +
    `本进程最多只能同时打开 ${limit} 个文件，至少需要 ${needed} 个。请先提高上限再启动：ulimit -n 4096（systemd：LimitNOFILE=4096）。`
  );
}
