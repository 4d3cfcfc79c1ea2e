type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };
type Schema = Readonly<Record<string, unknown>>;

/** All that was seen at one place of the answers to one query. */
interface Seen {
  readonly types: Set<string>;
  /** By name: what was seen there, and how often. */
  readonly members: Map<string, { readonly seen: Seen; times: number }>;
  readonly items: Seen[];
  objects: number;
}
const nothing = (): Seen => ({ types: new Set(), members: new Map(), items: [], objects: 0 });

const typeOf = (value: Json): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

/** Answers as they were given: of each query the schema that all of them follow, and the one that shows most. */
export class Recording {
  readonly #seen = new Map<string, Seen>();
  readonly #shown = new Map<string, { readonly answer: Json; readonly figures: number }>();

  /** @param isId whether a name within an object is an id, by which the object lists things */
  constructor(private readonly isId: (name: string) => boolean) {}

  add(query: string, answer: JsonObject): void {
    const seen = this.#seen.get(query) ?? nothing();
    this.#seen.set(query, seen);
    this.#look(seen, answer);
    for (const type of ['null', 'string']) seen.members.get('next')?.seen.types.add(type); // whether another page follows is chance
    // whether a text of its own is erased, and not only one within words, is chance too
    for (const list of ['erased', 'unreadable']) if (list in answer) this.#look(seen.members.get(list)!.seen, ['']);
    if ('erased' in answer || 'unreadable' in answer) return; // an example shows what there usually is
    const brief = this.#brief(answer);
    const figures = figuresIn(brief);
    if (figures > (this.#shown.get(query)?.figures ?? -1)) this.#shown.set(query, { answer: brief, figures });
  }

  has(query: string): boolean {
    return this.#seen.has(query);
  }

  /** Schema and example of every query, by its name. */
  document(): Readonly<Record<string, { readonly schema: Schema; readonly example: Json }>> {
    const names = [...this.#seen.keys()].sort();
    return Object.fromEntries(
      names.map((name) => [name, { schema: this.#schema(this.#seen.get(name)!), example: this.#shown.get(name)!.answer }]),
    );
  }

  #look(seen: Seen, value: Json): void {
    seen.types.add(typeOf(value));
    if (Array.isArray(value)) {
      if (value.length > 0 && seen.items.length === 0) seen.items.push(nothing());
      for (const item of value as readonly Json[]) this.#look(seen.items[0]!, item);
    } else if (typeof value === 'object' && value !== null) {
      seen.objects++;
      for (const [name, member] of Object.entries(value as JsonObject)) {
        const known = seen.members.get(name) ?? { seen: nothing(), times: 0 };
        seen.members.set(name, known);
        known.times++;
        this.#look(known.seen, member);
      }
    }
  }

  #schema({ types, members, items, objects }: Seen): Schema {
    const all = [...types].filter((type) => type !== 'integer' || !types.has('number')).sort();
    const list = [...members];
    const isList = list.length > 0 && list.every(([name]) => this.isId(name));
    return {
      type: all.length === 1 ? all[0] : all,
      ...(items[0] && { items: this.#schema(items[0]) }),
      ...(isList && { additionalProperties: this.#schema(merged(list.map(([, { seen }]) => seen))) }),
      ...(!isList &&
        list.length > 0 && {
          required: list.flatMap(([name, { times }]) => (times === objects ? [name] : [])),
          properties: Object.fromEntries(list.map(([name, { seen }]) => [name, this.#schema(seen)])),
        }),
    };
  }

  /** Of every list what shows most. */
  #brief(value: Json): Json {
    if (Array.isArray(value)) {
      const items = (value as readonly Json[]).map((item) => this.#brief(item));
      const most = Math.max(...items.map(figuresIn));
      return items.filter((item) => figuresIn(item) === most).slice(0, 1);
    }
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value as JsonObject).map(([name, member]) => [name, this.#brief(member)] as const);
    const isList = members.length > 0 && members.every(([name]) => this.isId(name));
    return Object.fromEntries(isList ? members.slice(0, 1) : members);
  }
}

function merged(all: readonly Seen[]): Seen {
  const into = nothing();
  for (const { types, members, items, objects } of all) {
    for (const type of types) into.types.add(type);
    into.objects += objects;
    for (const [name, { seen, times }] of members) {
      const known = into.members.get(name);
      into.members.set(name, { seen: known ? merged([known.seen, seen]) : seen, times: (known?.times ?? 0) + times });
    }
    const [item] = items;
    if (item) into.items.splice(0, 1, merged([...into.items, item]));
  }
  return into;
}

function figuresIn(value: Json): number {
  if (value === null) return 0;
  if (typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, member) => sum + figuresIn(member), 1);
}
