import { once } from 'node:events';
import { Command, Option } from 'commander';
import { cloudEvent } from '../../application/kernel/cloud-event.js';
import { assertGivenOut, EventFilter, eventsWanted, withEventTypes } from '../../application/kernel/event-filter.js';
import type { Opening } from '../../application/kernel/sealing.js';
import { withholding } from '../../application/contexts.js';
import type { Page, StoredEvent } from '../../application/ports/event-log.js';
import { beginning, type Position } from '../../projections/position.js';
import type { EventMeta } from '../../projections/projection.js';
import { openReaders } from '../upkeep.js';
import { explain } from '../schema/texts.js';
import { queryReaderOf } from '../schema/validators.js';
import { integer } from '../settings.js';
import { askedToEnd, checked, outputGone, placeOf, placeSettings, UsageError, valuesOf, withSettings } from './common.js';
import { openingOf } from './opening.js';
import { gap, table } from './table.js';
import { inChina, readInstant } from './times.js';

interface LogOptions extends EventFilter {
  readonly after: Position;
  readonly limit: number;
  readonly follow?: boolean;
  readonly ndjson?: boolean;
  readonly sealed?: boolean;
}

const readFilter = queryReaderOf(EventFilter);
/** Parses the value of a filter like GET /v1/events. @throws Error that says what is valid */
function filterOf<K extends keyof EventFilter>(name: K, text: string): NonNullable<EventFilter[K]> {
  const { data, errors } = readFilter({ [name]: text });
  const read = errors.length > 0 ? { errors } : withEventTypes(data);
  if ('errors' in read) throw new Error(explain(read.errors[0]!, 'en'));
  return read[name]!;
}
const filter = (name: 'stream' | 'person' | 'place') => checked((text) => filterOf(name, text));

export const log = withSettings(new Command('log'), ...placeSettings, 'masterKeyFile')
  .summary('print or follow the events of the log')
  .description(
    'Prints the events in the order of the log, 打印或跟踪事件日志; a server may run meanwhile.\n' +
      'It opens what is sealed, so it shows names too: it is for whoever runs the system and has the master key. Only what would ' +
      'tell how an embargoed contest\nor an open ballot stands is withheld here too.',
  )
  .addOption(
    new Option('--after <position>', 'only events after this position')
      .default(beginning)
      .argParser(checked(integer(0, Number.MAX_SAFE_INTEGER))),
  )
  .addOption(
    new Option('--limit <number>', 'maximum number of events')
      .default(Infinity, 'all')
      .argParser(checked(integer(1, Number.MAX_SAFE_INTEGER))),
  )
  .addOption(
    new Option('--type <type>', 'only events of this type; may be repeated').argParser((text, before: readonly string[] = []) => [
      ...before,
      ...checked(() => filterOf('type', text))(text),
    ]),
  )
  .addOption(new Option('--stream <stream>', 'only the events of one stream: place-510121111219, contest-…').argParser(filter('stream')))
  .addOption(new Option('--person <person>', 'only events of this person, or entered by them').argParser(filter('person')))
  .addOption(new Option('--place <code>', 'only events at this place or below it').argParser(filter('place')))
  .addOption(
    new Option(
      '--from <time>',
      'only events at this time or later: 2026-05-01, "2026-05-01 16:00" (both in UTC+8) or 2026-05-01T08:00Z',
    ).argParser(checked(readInstant)),
  )
  .addOption(new Option('--until <time>', 'only events before this time').argParser(checked(readInstant)))
  .option('--follow', 'continue with new events until Ctrl-C')
  .option('--ndjson', 'one CloudEvents 1.0 document per line, as GET /v1/events')
  .option(
    '--sealed',
    'leave personal data sealed, as it is stored; needs no master key. When a person is erased, this output can be read no more either',
  )
  .addHelpText(
    'after',
    '\nExamples:\n  wuwei log --limit 20\n  wuwei log --place 510121111219 --from 2026-05-01            # a village since the ' +
      'first of May\n  wuwei log --type PledgeMade --type PledgeRenewed --ndjson | jq .data\n' +
      '  wuwei log --follow --after 1000\n  wuwei log --json --limit 100                                # ' +
      '{"events":[…],"next":100}: go on with --after 100\n  wuwei log --ndjson --sealed > log.ndjson                    # to keep\n',
  )
  .action(async (options: LogOptions, command: Command) => {
    const values = valuesOf(command);
    const { json } = values;
    if (json && options.ndjson) throw new UsageError('--json is one document and --ndjson one a line: choose one');
    if (json && options.follow) throw new UsageError('--follow does not end, --json is one document: take --ndjson');
    const { log: reader, readModels, openKeys, close } = await openReaders(placeOf(values));
    const ended = new AbortController();
    if (options.follow) void askedToEnd().then(() => ended.abort());
    try {
      const shown = opened(options.sealed ? null : await openingOf({ log: reader, openKeys }), json === true || options.ndjson === true);
      await assertGivenOut(reader, options.after);
      const lines = () => (options.ndjson ? ndjsonPage : tablePage());
      const page = json ? jsonPage() : lines();
      if (json) await write('{"events":[');
      const { after, limit, follow = false, ...wanted } = options;
      // one event more shows whether there are more
      const asked = { after, limit: limit + (json ? 1 : 0), follow, signal: AbortSignal.any([ended.signal, outputGone]) };
      const next = await tell(eventsWanted(reader, wanted, asked), limit, async (events) =>
        write(page(await shown(events), await withholding(readModels, events))),
      );
      if (json) await write(`],"next":${next}}\n`);
    } finally {
      await close();
    }
  });

/** Opens events, if at all: in words for the table, else as GET /v1/events. */
const opened = (opening: Opening | null, isJson: boolean) => async (events: readonly StoredEvent[]) => {
  if (opening === null) return events;
  return isJson ? opening.shown(events) : opening.wordedEvents(events);
};

/** Prints events up to the limit; returns the position after which to continue, or null if there are no more. */
async function tell(
  pages: AsyncIterable<Page>,
  limit: number,
  one: (events: readonly StoredEvent[]) => Promise<void>,
): Promise<Position | null> {
  let left = limit;
  let last = beginning;
  for await (const page of pages) {
    const events = page.events.slice(0, left);
    left -= events.length;
    last = events.at(-1)?.position ?? last;
    if (events.length > 0) await one(events);
    if (events.length < page.events.length) return last;
  }
  return null;
}

type Format = (events: readonly StoredEvent[], isWithheld: (event: StoredEvent) => boolean) => string;

const ndjsonPage: Format = (events, isWithheld) => events.map((event) => `${cloudEvent(event, isWithheld(event))}\n`).join('');

function jsonPage(): Format {
  let before = '';
  return (events, isWithheld) => {
    const text = before + events.map((event) => cloudEvent(event, isWithheld(event))).join(',');
    before = ',';
    return text;
  };
}

const head = ['position', 'happened (UTC+8)', 'entered (UTC+8)', 'type', 'stream', 'actor', 'capacity', 'channel', 'place'] as const;
/** On a terminal, long streams and persons are truncated. Elsewhere only data is, because the output may be searched for them. */
const widest: Partial<Record<(typeof head)[number], number>> = { stream: 32, actor: 24 };
const leastData = 24;
const mostData = 120;

/** Rows per table: the library's time grows with the square of the number of rows. */
const rowsAtOnce = 50;

/** Column widths may grow from page to page, but never shrink. */
function tablePage(): Format {
  const { isTTY, columns = 80 } = process.stdout;
  const widths = head.map((name) => name.length + gap);
  let isFirst = true;
  return (events, isWithheld) => {
    const rows = events.map((event) => rowOf(event, isWithheld(event)));
    for (const row of rows)
      head.forEach((name, i) => (widths[i] = Math.max(widths[i]!, Math.min(row[i]!.length, (isTTY && widest[name]) || Infinity) + gap)));
    const data = isTTY ? Math.max(leastData, columns - widths.reduce((sum, width) => sum + width, 0)) : null;
    const lines = isFirst ? [[...head, 'data'], ...rows] : rows;
    isFirst = false;
    let text = '';
    for (let i = 0; i < lines.length; i += rowsAtOnce) text += `${table(lines.slice(i, i + rowsAtOnce), [...widths, data])}\n`;
    return text;
  };
}

function rowOf(event: StoredEvent, isWithheld: boolean): readonly string[] {
  const { actor, enteredBy, capacity, channel, place } = JSON.parse(event.meta) as EventMeta;
  const who = enteredBy === undefined ? actor : `${actor} (by ${enteredBy})`;
  return [
    String(event.position),
    inChina(event.occurredAt),
    inChina(event.recordedAt),
    event.type,
    event.stream,
    who,
    capacity,
    channel,
    place ?? '–',
    isWithheld ? '暂不公开 withheld for now' : summaryOf(JSON.parse(event.data) as object),
  ];
}

/** The fields of an event in brief: `title=清江社区最美小区 jurors=[2]`. */
function summaryOf(data: object): string {
  const brief = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.length}]`;
    return typeof value === 'object' && value !== null ? '{…}' : String(value);
  };
  const text = [
    ...Object.entries(data)
      .map(([field, value]) => `${field}=${brief(value)}`)
      .join(' '),
  ];
  return text.length > mostData ? `${text.slice(0, mostData - 1).join('')}…` : text.join('');
}

/** Waits until standard output is ready, so that a long log is not kept in memory. */
async function write(text: string): Promise<void> {
  if (process.stdout.write(text) || outputGone.aborted) return;
  await once(process.stdout, 'drain', { signal: outputGone }).catch(() => undefined); // the reader has closed the pipe
}
