import { stateHolidays } from '../../domain/shared/holidays.js';
import { bodyOf, citationOf, competences, type PlaceKind, sharedMatterNames, sharedMatters } from '../../domain/voting/bodies.js';
import { thresholdRules } from '../../domain/voting/threshold-rules.js';
import { settingNames, settingOf } from '../../domain/shared/policy-settings.js';

const kinds: Readonly<Record<PlaceKind, string>> = {
  compound: 'compound; courtyard or settlement of a community',
  'courtyard-of-village': 'courtyard or settlement of a village',
  village: 'village',
  community: 'community',
  other: 'county, town, building, household',
};

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
  const deciding = competences.flatMap(({ kind, matters, rules }) =>
    rules.map((rule, index) => {
      const [{ zh, en }, { source }] = [bodyOf(rule), thresholdRules[rule]];
      const decided = matters.length > sharedMatterNames.length ? 'all' : matters.map((matter) => `\`${matter}\``).join(', ');
      const days = source.validFrom === undefined ? '' : `${source.validFrom} to ${source.validUntil ?? ''}`;
      return (
        `| ${index === 0 ? kinds[kind] : ''} | ${index === 0 ? decided : ''} | ${zh} | ${en} | \`${rule}\` | ${citationOf(source)} | ` +
        `${days} |`
      );
    }),
  );
  const matters = sharedMatterNames.map((matter) => {
    const { number, zh, en } = sharedMatters[matter];
    return `| \`${matter}\` | ${number} | ${zh} | ${en} | ${'special' in sharedMatters[matter] ? 'yes' : ''} |`;
  });
  return `${[
    '# Policies of places 各地标准',
    'Written from the code by `npm run docs`; do not edit. [domain.md](domain.md#policies-of-places) says how policies work.',
    '## Settings 各项标准',
    'A floor protects people: what opens under it may have more, never less, and places within may only set more. 通行做法 is general ' +
      'practice (G). Articles of laws are those of the text of the day that is named.',
    ['| name | 名称 | what it is | default | may be set | floor | source |', '|---|---|---|---|---|---|---|', ...settings].join('\n'),
    '## Who decides 由谁决定',
    'The body follows from the kind of place and the matter. A vote of another body is refused, and the refusal names the right ' +
      'one. Where a line has several bodies, the first is the usual one. A text with a last day was replaced after it: the later ' +
      'text has not been compared yet, and decisions say so (`lapsed`).',
    ['| kind of place | matters | 决定者 | body | rule | source | text in force |', '|---|---|---|---|---|---|---|', ...deciding].join(
      '\n',
    ),
    '## Shared matters of owners 业主共同决定事项',
    'Civil Code art. 278 para. 1. Special matters need three quarters of those who take part, by area and by owners; the others ' +
      'more than half. Two thirds of the area and of the owners must take part in both.',
    ['| matter | no. | 事项 | what it is | special |', '|---|---|---|---|---|', ...matters].join('\n'),
    '## Holidays 节假日',
    'The notices of the State Council that the program knows. Lists of other years are adopted with a policy; until then the days ' +
      'off of a year are its Saturdays and Sundays.',
    ['| year | notice | days off | weekends worked |', '|---|---|---|---|', ...holidays].join('\n'),
  ].join('\n\n')}\n`;
}
