import { stateHolidays } from '../../domain/shared/holidays.js';
import { settingNames, settingOf } from '../../domain/shared/policy-settings.js';

/** The text of docs/policies.md: every setting with its limits and its source, from the table that the code uses. */
export function policyCatalogue(): string {
  const settings = settingNames.map((name) => {
    const { title, unit, default: byDefault, least, most, isFloor, source } = settingOf(name);
    const from = source.kind === 'custom' ? source.title : `《${source.title}》（${source.on}）art. ${source.article}`;
    return `| \`${name}\` | ${title.zh} | ${title.en} | ${byDefault} ${unit} | ${least} to ${most} | ${isFloor ? 'yes' : ''} | ${from} |`;
  });
  const holidays = stateHolidays.map(
    ({ year, source, off, worked }) => `| ${year} | ${source} | ${off.join(', ')} | ${worked.join(', ')} |`,
  );
  return `${[
    '# Policies of places 各地标准',
    'Written from the code by `npm run docs`; do not edit. [domain.md](domain.md#policies-of-places) says how policies work.',
    '## Settings 各项标准',
    'A floor protects people: what opens under it may have more, never less, and places within may only set more. 通行做法 is general practice (G). Articles of laws are those of the text of the day that is named.',
    ['| name | 名称 | what it is | default | may be set | floor | source |', '|---|---|---|---|---|---|---|', ...settings].join('\n'),
    '## Holidays 节假日',
    'The notices of the State Council that the program knows. Lists of other years are adopted with a policy; until then the days off of a year are its Saturdays and Sundays.',
    ['| year | notice | days off | weekends worked |', '|---|---|---|---|', ...holidays].join('\n'),
  ].join('\n\n')}\n`;
}
