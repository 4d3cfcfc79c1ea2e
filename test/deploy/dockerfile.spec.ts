import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { validate } from 'dockerfile-utils';
import { settings } from '../../src/infrastructure/settings.js';

const top = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${top}${file}`, 'utf8');
const content = read('Dockerfile');

/** The instructions, each in one line, by stage. */
const lines = content.replaceAll(/\\\n\s*/gu, '').split('\n').filter((line) => /^[A-Z]/u.test(line)); // prettier-ignore
const stages = lines.reduce<string[][]>((all, line) => {
  if (line.startsWith('FROM ')) return [...all, [line]];
  all.at(-1)!.push(line);
  return all;
}, []);
const last = stages.at(-1)!;
const argumentOf = (instruction: string) => last.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1);

describe('Dockerfile', () => {
  it('is valid', () => {
    const messages = (text: string) => validate(text).map(({ message }) => message);
    expect(messages(content)).toEqual([]);
    expect(messages(content.replace('EXPOSE 3000', 'EXPOSE none'))).not.toEqual([]);
  });

  it('has several stages of one Node by its full version', () => {
    const images = stages.map(([from]) => from!.split(' ')[1]);
    expect(images.length).toBeGreaterThan(1);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-[a-z]+-slim$/u);
  });

  it('runs as a user who owns nothing but the data folder', () => {
    expect(argumentOf('USER')).toBe('node');
    expect(last.filter((line) => /--chown|chmod .*777/u.test(line))).toEqual([]);
    expect(last.filter((line) => line.includes('-o node'))).toEqual(['RUN install -d -o node -g node -m 700 /data']);
    expect(last.indexOf('USER node')).toBeGreaterThan(last.findLastIndex((line) => /^(?:RUN|COPY)/u.test(line)));
  });

  it('has what runs, without what was only needed to build it', () => {
    const copied = last.filter((line) => line.startsWith('COPY '));
    expect(copied).toEqual([
      'COPY package.json openapi.json ./',
      'COPY data data',
      'COPY --from=modules /app/node_modules node_modules',
      'COPY --from=build /app/dist dist',
    ]);
    const installs = lines.filter((line) => line.includes('npm ci'));
    expect(installs.every((line) => line.includes('--ignore-scripts'))).toBe(true);
    expect(stages.find(([from]) => from!.endsWith(' AS modules'))).toContainEqual(expect.stringContaining('npm ci --omit=dev'));
  });

  it('says how it is watched, stopped, labelled and set', () => {
    expect(argumentOf('STOPSIGNAL')).toBe('SIGTERM');
    expect(argumentOf('HEALTHCHECK')).toContain('/health/ready');
    expect(argumentOf('LABEL')).toContain('org.opencontainers.image.title=');
    const { version } = JSON.parse(read('package.json')) as { readonly version: string };
    expect(argumentOf('LABEL')).toContain(`org.opencontainers.image.version="${version}"`);
    const variables = [...argumentOf('ENV')!.matchAll(/(WUWEI_\w+)=/gu)].map(([, name]) => name);
    expect(variables).toEqual(['WUWEI_DATA', 'WUWEI_HOST', 'WUWEI_PORT']);
    const known: readonly string[] = Object.values(settings).map(({ variable }) => variable);
    expect(variables.filter((name) => !known.includes(name!))).toEqual([]);
  });

  it('copies from the checkout only what .dockerignore lets through, and what is there', () => {
    const passing = read('.dockerignore').split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(1)); // prettier-ignore
    const copied = lines
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(new Set(copied)).toEqual(new Set(passing));
    expect(passing.filter((name) => !existsSync(`${top}${name}`))).toEqual([]);
  });
});
