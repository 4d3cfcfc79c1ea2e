import { Command } from 'commander';
import { realClock } from '../clocks.js';
import { askedToEnd, loggerOf, print, valuesOf, withSettings } from './common.js';
import { serving } from './serving.js';

export const serve = withSettings(
  new Command('serve'),
  'data',
  'masterKeyFile',
  'host',
  'port',
  'logLevel',
  'wrongTokens',
  'writes',
  'requestTimeout',
  'connections',
  'tokenDays',
  'trustedProxies',
  'metrics',
)
  .summary('serve the REST API over a data folder')
  .description(
    'Opens the data folder (made when it is not there), brings the read models up to date and serves the REST API until Ctrl-C.\nOne process at a time serves a folder.',
  )
  .option(
    '--accept-loss',
    'go on though the log ends before a position that it had come to (an older copy was put back, or log.db-wal was lost); what is missing stays lost',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei serve --data ./wuwei-data --port 3000\n  WUWEI_DATA=./wuwei-data wuwei serve\n  curl http://127.0.0.1:3000/health/ready\n',
  )
  .action(async ({ acceptLoss }: { readonly acceptLoss?: boolean }, command: Command) => {
    const values = valuesOf(command);
    const logger = loggerOf(values);
    const { data, host, port } = values;
    await serving(
      {
        folder: data,
        host,
        port,
        clock: realClock,
        logger,
        acceptLoss,
        masterKeyFile: values.masterKeyFile,
        tokenDays: values.tokenDays,
        http: values,
      },
      async ({ url }) => {
        print(values, { url, data, pid: process.pid }, () => `Wuwei 五微 serves ${data} at ${url} (API: ${url}/docs). Ctrl-C ends it.`);
        logger.info({ signal: await askedToEnd() }, 'ending');
      },
    );
  });
