import { join } from 'node:path';
import { Command } from 'commander';
import { openIssuer } from '../auth/issuer.js';
import { makePrivateFolder } from '../private-files.js';
import { makeMasterKey, rotateMasterKey } from '../upkeep.js';
import { placeOf, placeSettings, print, valuesOf, withSettings } from './common.js';

const rotate = withSettings(new Command('rotate'), ...placeSettings, 'masterKeyFile')
  .summary('wrap all keys of personal data by a new master key')
  .description(
    'Makes a new master key and wraps all keys of personal data by it, 更换主密钥. No event, row or export changes. First stop the ' +
      'server on the folder.\n' +
      'On the engines processes may run: they answer 503 where they need a key, until each is started again with the new file.\n' +
      'Do it when somebody who knew the master key has left, when a copy of it was lost, or once a year.\n' +
      'The new key takes the place of the old one in its file. If this is killed, nothing is lost: the next start goes on with the ' +
      'right key; on the engines run it again.\n' +
      'Afterwards make a copy of the new master key and keep it apart from copies of the data. Copies of keys.db, or of the\n' +
      'collection `keys` in MongoDB, from before need the old master key: destroy both as soon as you have a new copy, because ' +
      'erased people can still be read from them.',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei keys rotate --data ./wuwei-data\n  wuwei keys rotate --data ./wuwei-data --master-key-file ' +
      '/media/key/master.key\n',
  )
  .action(async (_options, command: Command) => {
    const values = valuesOf(command);
    const { rotated, masterKeyFile } = await rotateMasterKey(placeOf(values));
    print(
      values,
      { rotated, masterKeyFile },
      () =>
        `${rotated} keys are wrapped by the new master key in ${masterKeyFile}. Keep a copy of it apart from copies of the data, ` +
        'then destroy the old master key and copies of keys.db from before.\n' +
        `已用 ${masterKeyFile} 中的新主密钥重新包裹 ${rotated} 个密钥。请另存一份新主密钥，与数据备份分开；然后销毁旧主密钥和此前的 keys.db 备份。`,
    );
  });

const make = withSettings(new Command('make'), 'data')
  .summary('make the keys that all processes of an installation share')
  .description(
    'Makes master.key, which wraps the keys of personal data, and issuer.key, which signs tokens, in the data folder. What is ' +
      'there stays as it is.\n' +
      '生成各进程共用的主密钥和令牌签发密钥；已有的不变。\n' +
      'Every process on EventStoreDB and MongoDB needs the same two files. Keep a copy of them apart from copies of the data.',
  )
  .addHelpText('after', '\nExamples:\n  wuwei keys make --data ./wuwei-data\n')
  .action((_options, command: Command) => {
    const values = valuesOf(command);
    makePrivateFolder(values.data);
    makeMasterKey(values.data);
    openIssuer(values.data);
    const made = { masterKeyFile: join(values.data, 'master.key'), issuerKeyFile: join(values.data, 'issuer.key') };
    print(values, made, () => `密钥在 ${made.masterKeyFile} 和 ${made.issuerKeyFile}。 The keys are in these files.`);
  });

export const keys = new Command('keys')
  .summary('make the keys of an installation, or rotate the master key')
  .description('The master key of personal data and the key of tokens, 主密钥和令牌签发密钥.')
  .addCommand(make)
  .addCommand(rotate);
