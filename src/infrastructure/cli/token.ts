import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { Command } from 'commander';
import type { Grant } from '../../application/kernel/actor.js';
import { county } from '../../domain/shared/place-id.js';
import { isProgramActor, programActors } from '../../domain/shared/program-actors.js';
import { grantable } from '../../domain/shared/capacity.js';
import { formats } from '../../domain/shared/fields.js';
import { openIssuer, parseGrant, type Issuer } from '../auth/issuer.js';
import { Failed, print, UsageError, valuesOf, withSettings } from './common.js';

const collect = (value: string, before: readonly string[]) => [...before, value];

/** The actor of revocations from the command line: whoever can read the key could also issue a token for any official. */
const operator = { id: programActors.commandLine, grants: [{ capacity: 'department', placeId: county }] } as const;

const personOf = ({ person }: { readonly person?: string }): string => {
  if (person === undefined) throw new UsageError('--person <id> is missing');
  if (!formats.isId(person)) throw new UsageError(`--person ${person}: an id has lower-case letters, digits, dots and dashes`);
  return person;
};

/** The id of a token and of its person. @throws UsageError */
async function named(
  issuer: Issuer,
  text: string,
  options: { readonly person?: string },
): Promise<{ readonly tokenId: string; readonly personId: string }> {
  if (!text.includes('.')) return { tokenId: text, personId: personOf(options) };
  const token = await issuer.verify(text);
  if (token === 'auth.expired-token') throw new UsageError('the token has expired already: there is nothing to revoke');
  if (typeof token === 'string') throw new UsageError('the token was not issued with the key in this data folder');
  return { tokenId: token.id, personId: token.actor.id };
}

/** The text of a problem (RFC 9457), else the status. */
const reasonOf = async (answer: Response): Promise<string> => {
  const { detail } = (await answer.json().catch(() => ({}))) as { readonly detail?: string };
  return detail ?? `${answer.status} ${answer.statusText}`;
};

const revoke = withSettings(new Command('revoke'), 'host', 'port')
  .summary('revoke a token in the running server')
  .description(
    'Revokes one token through the server that runs at --host and --port on the data folder. The token is refused from then on, ' +
      'and the log records it. 吊销令牌。\nGive the token, or its id (jti) with --person.',
  )
  .argument('<token>', 'the token, or its id')
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei token revoke "$TOKEN"\n  wuwei token revoke 7d0e2f0a-93f4-4c1b-8a55-1f3f4f0b6a20 --person ' +
      'county-office\n  wuwei log --type TokenRevoked\n',
  )
  .action(async (text: string, _options, command: Command) => {
    const values: ReturnType<typeof valuesOf> & { readonly person?: string } = valuesOf(command);
    if (!existsSync(values.data)) throw new UsageError(`there is no data folder ${values.data}: give that of the server with --data`);
    const issuer = openIssuer(values.data, values.tokenDays, values.issuerKeyFile);
    const revoked = await named(issuer, text, values);
    const url = `http://${isIPv6(values.host) ? `[${values.host}]` : values.host}:${values.port}`;
    const answer = await fetch(`${url}/v1/token-revocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${issuer.issue(operator, 60)}` },
      body: JSON.stringify(revoked),
    }).catch(() => {
      throw new Failed(`no server answers at ${url}: start it on the data folder, or give its --host and --port`);
    });
    if (answer.status === 401) throw new Failed(`the server at ${url} uses another data folder than ${values.data}: give its --data`);
    if (!answer.ok) throw new Failed(`the server at ${url} refused: ${await reasonOf(answer)}`);
    print(values, revoked, () => `${revoked.personId} 的令牌 ${revoked.tokenId} 已吊销。 The token of ${revoked.personId} is revoked.`);
  });

export const token = withSettings(new Command('token'), 'data', 'issuerKeyFile', 'tokenDays')
  .summary('print a bearer token, or revoke one')
  .description(
    'Issues a token for a person, signed with the key in the data folder (created if missing). Roles granted in the log are valid ' +
      'without --role;\n--role adds another one, for example for the first official, who then grants roles to others.',
  )
  .option('--person <id>', 'person of the token')
  .option('--role <capacity@place>', `a role that the token states; may be repeated. Capacities: ${grantable.join(', ')}`, collect, [])
  .option('--hours <number>', 'hours for which it is valid, at most --token-days', '12')
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei token --person county-office --role department@510121\n  TOKEN=$(npm run -s wuwei -- token --person ' +
      'auditor-1 --role auditor@510121)\n',
  )
  .action((options: { person?: string; role: string[]; hours: string }, command: Command) => {
    const values = valuesOf(command);
    const person = personOf(options);
    if (isProgramActor(person)) throw new UsageError(`--person ${person}: under this id acts the program itself; give the id of a person`);
    const hours = /^\d+(\.\d+)?$/u.test(options.hours) ? Number(options.hours) : NaN;
    const longest = values.tokenDays * 24;
    if (!(hours > 0 && hours <= longest))
      throw new UsageError(
        `--hours ${options.hours}: must be more than 0 and at most ${longest} (${values.tokenDays} days, see --token-days)`,
      );
    const grants = options.role.map((role): Grant => {
      const grant = parseGrant(role);
      if (grant === null)
        throw new UsageError(
          `--role ${role}: must be capacity@place, for example cadre@510121111219; capacities are ${grantable.join(', ')}`,
        );
      return grant;
    });
    const issued = openIssuer(values.data, values.tokenDays, values.issuerKeyFile).issue({ id: person, grants }, Math.round(hours * 3600));
    print(values, { token: issued, person, roles: options.role, hours }, () => issued);
  })
  .addCommand(revoke);
