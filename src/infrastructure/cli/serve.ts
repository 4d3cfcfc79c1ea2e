import { Command } from 'commander';
import { realClock } from '../clocks.js';
import { askedToEnd, enginesIn, loggerOf, print, roleIn, valuesOf, withSettings } from './common.js';
import { defaultHttpSettings } from '../settings.js';
import { serving } from './serving.js';

export const serve = withSettings(
  new Command('serve'),
  'data',
  'eventstore',
  'mongodb',
  'role',
  'takeover',
  'drain',
  'masterKeyFile',
  'issuerKeyFile',
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
    'Opens the data folder (created if missing), updates the read models and serves the REST API until Ctrl-C.\nOnly one process ' +
      'at a time can serve a folder. On EventStoreDB and MongoDB many can, each with a --role.',
  )
  .option(
    '--accept-loss',
    'start even if events at the end of the log are missing (an older copy was restored, or log.db-wal was lost); they stay lost',
  )
  .option(
    '--accept-lost-keys',
    'start even if keys.db, or keys in it, are lost and there is no backup; personal data that needs them can never be read again',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei serve --data ./wuwei-data --port 3000\n  WUWEI_DATA=./wuwei-data wuwei serve\n  curl ' +
      'http://127.0.0.1:3000/health/ready\n  wuwei serve --role projector --port 3001   # with WUWEI_EVENTSTORE and WUWEI_MONGODB\n',
  )
  .action(
    async ({ acceptLoss, acceptLostKeys }: { readonly acceptLoss?: boolean; readonly acceptLostKeys?: boolean }, command: Command) => {
      const values = valuesOf(command);
      const logger = loggerOf(values);
      const { data, host, port } = values;
      const engines = enginesIn(values);
      await serving(
        {
          folder: data,
          host,
          port,
          clock: realClock,
          logger,
          acceptLoss,
          acceptLostKeys,
          engines,
          role: roleIn(values, engines),
          takeover: values.takeover,
          masterKeyFile: values.masterKeyFile,
          tokenDays: values.tokenDays,
          issuerKeyFile: values.issuerKeyFile,
          http: { ...defaultHttpSettings, ...values },
        },
        async ({ url }) => {
          print(values, { url, data, pid: process.pid }, () =>
            ['api', 'all'].includes(values.role)
              ? `Wuwei 五微 serves ${data} at ${url} (API: ${url}/docs). Ctrl-C ends it.`
              : `Wuwei 五微 works as ${values.role} (${url}/health/ready). Ctrl-C ends it.`,
          );
          logger.info({ signal: await askedToEnd() }, 'ending');
        },
      );
    },
  );
