import { Command } from 'commander';
import type { Grant } from '../../application/kernel/authority.js';
import { grantable } from '../../domain/shared/capacity.js';
import { formats } from '../../domain/shared/fields.js';
import { openIssuer, parseGrant } from '../auth/issuer.js';
import { print, UsageError, valuesOf, withSettings } from './common.js';

const collect = (value: string, before: readonly string[]) => [...before, value];

export const token = withSettings(new Command('token'), 'data')
  .summary('print a bearer token')
  .description(
    'Issues a token for a person, signed with the key in the data folder. Roles granted in the log hold without being named here;\n--role vouches for a further one, for instance for the first official who grants roles to others.',
  )
  .requiredOption('--person <id>', 'who the token is for')
  .option(
    '--role <capacity@place>',
    `a role that the issuer vouches for; may be repeated. Capacities: ${grantable.join(', ')}`,
    collect,
    [],
  )
  .option('--hours <number>', 'how long it is valid', '12')
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei token --person county-office --role department@510121\n  TOKEN=$(npm run -s wuwei -- token --person auditor-1 --role auditor@510121)\n',
  )
  .action((options: { person: string; role: string[]; hours: string }, command: Command) => {
    const values = valuesOf(command);
    if (!formats.isId(options.person))
      throw new UsageError(`--person ${options.person}: an id has lower-case letters, digits, dots and dashes`);
    const hours = /^\d+(\.\d+)?$/u.test(options.hours) ? Number(options.hours) : NaN;
    if (!(hours > 0 && hours <= 8_760)) throw new UsageError(`--hours ${options.hours}: must be more than 0 and at most 8760 (a year)`);
    const grants = options.role.map((role): Grant => {
      const grant = parseGrant(role);
      if (grant === null)
        throw new UsageError(
          `--role ${role}: must be capacity@place, for instance cadre@510121111219; capacities are ${grantable.join(', ')}`,
        );
      return grant;
    });
    const issued = openIssuer(values.data).issue({ id: options.person, grants }, Math.round(hours * 3600));
    print(values, { token: issued, person: options.person, roles: options.role, hours }, () => issued);
  });
