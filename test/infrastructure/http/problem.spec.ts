import { describe, expect, it } from '@jest/globals';
import { mergeTexts, type RefusalTexts } from '../../../src/application/kernel/texts.js';
import { refuse } from '../../../src/domain/shared/decider.js';
import { languageOf, Problem, problemsOf, sendProblem } from '../../../src/infrastructure/http/problem.js';
import { notFound, refusalTitles, problemTexts } from '../../../src/infrastructure/http/problem-texts.js';

const registry: RefusalTexts<'registry.place-exists' | 'registry.wrong-level' | 'registry.place-merged' | 'registry.place-not-found'> = {
  'registry.place-exists': {
    zh: '{place} 已登记为“{name}”。要登记别处请换一个代码。',
    en: '{place} is registered already, as “{name}”. Register another place under another code.',
  },
  'registry.wrong-level': { status: 422, zh: '请核对级别。', en: 'Check the level.' },
  'registry.place-merged': { zh: '此地已并入 {into}。请到那里办理。', en: 'This place was merged into {into}. Do it there.' },
  'registry.place-not-found': { status: 404, zh: '没有代码为 {place} 的地点。', en: 'There is no place {place}.' },
};
const problems = problemsOf(mergeTexts(registry, { 'contest.not-entitled': { status: 403, zh: '请本人投票。', en: 'Vote yourself.' } }));

describe('languageOf', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['fr', 'en'],
    ['en', 'en'],
    ['zh', 'zh'],
    ['zh-CN', 'zh'],
    ['zh-Hans-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['ZH-TW', 'zh'],
    ['zho', 'en'],
    ['en-GB,zh;q=0.9', 'en'],
    ['en;q=0.5, zh;q=0.9', 'zh'],
    ['fr, zh;q=0.1', 'zh'],
    ['zh;q=0', 'en'],
    ['zh, en', 'zh'],
    ['en, zh', 'en'],
    ['zh;q=0.5, *;q=0.9', 'en'],
    ['en;q=0, *', 'zh'],
    ['en;q=0.1, zh-CN ; q=0.2', 'zh'],
    ['zh;q=x, en;q=0.1', 'en'],
    [';;,,q=', 'en'],
  ])('%j is %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('problemsOf', () => {
  it('tells a refusal with its figures, in both languages under one code', () => {
    const particulars = { with: { place: '510121111219', name: '谢杨坝村' }, instance: '/v1/places' };
    expect(problems('registry.place-exists', 'en', particulars)).toEqual({
      type: 'urn:wuwei:problem:registry.place-exists',
      title: 'Not as things stand',
      status: 409,
      detail: '510121111219 is registered already, as “谢杨坝村”. Register another place under another code.',
      code: 'registry.place-exists',
      instance: '/v1/places',
    });
    expect(problems('registry.place-exists', 'zh', particulars)).toMatchObject({
      status: 409,
      code: 'registry.place-exists',
      title: '现在不能这样做',
      detail: expect.stringContaining('已登记为“谢杨坝村”'),
    });
  });

  it('takes the status that the context gives', () => {
    expect(problems('registry.wrong-level', 'en').status).toBe(422);
    expect(problems('contest.not-entitled', 'zh')).toMatchObject({ status: 403, title: '无权这样做', detail: '请本人投票。' });
  });

  it('explains each wrong field', () => {
    const errors = [
      { pointer: '/name', code: 'minLength', params: { minLength: 2, maxLength: 40 } },
      { pointer: '/a~1b', code: 'additionalProperties', params: {} },
    ];
    expect(problems('request.invalid', 'en', { errors })).toMatchObject({
      status: 400,
      errors: [
        { pointer: '/name', code: 'minLength', detail: 'must be 2 to 40 characters' },
        { pointer: '/a~1b', code: 'additionalProperties', detail: 'is unknown: leave it out' },
      ],
    });
    expect(problems('request.invalid', 'zh', { errors }).errors?.[0]?.detail).toBe('必须是 2 至 40 个字');
  });

  it('knows what is not found in any context, and hides what it does not know', () => {
    expect(problems('contest.not-found', 'en')).toMatchObject({ status: 404, title: 'Not found', code: 'contest.not-found' });
    expect(problems('registry.place-not-found', 'en', { with: { place: '510121' } })).toMatchObject({
      status: 404,
      detail: expect.stringContaining('510121'),
    });
    expect(problems('contest.unheard-of', 'en')).toMatchObject({ status: 500, title: 'Server error' });
  });

  it('shows a gap, not a placeholder, and takes no figure for a pattern', () => {
    expect(problems('registry.place-merged', 'en').detail).toBe('This place was merged into …. Do it there.');
    expect(problems('registry.place-merged', 'en', { with: { into: '$&{into}' } }).detail).toBe(
      'This place was merged into $&{into}. Do it there.',
    );
  });

  it('has both languages everywhere, quoting the same figures', () => {
    const quotes = (text: string) => [...new Set(text.match(/\{\w+\}/gu))].sort();
    const sentences = [...Object.values(problemTexts), notFound].flatMap(({ title, detail }) => [title, detail]);
    for (const { zh, en } of [...sentences, ...Object.values(refusalTitles)]) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/^[A-Z{]/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
      expect(quotes(zh)).toEqual(quotes(en));
    }
  });
});

describe('mergeTexts', () => {
  it('refuses a code that two contexts explain', () => {
    expect(() => mergeTexts(registry, { 'registry.place-exists': { zh: '已有。', en: 'Is there.' } })).toThrow('registry.place-exists');
  });
});

describe('Problem', () => {
  it('carries a code of the shell, or a refusal with its figures', () => {
    expect(new Problem('auth.missing')).toMatchObject({ code: 'auth.missing', particulars: {} });
    expect(new Problem(refuse('registry.place-merged', { into: '510121' }), { instance: '/v1' })).toMatchObject({
      code: 'registry.place-merged',
      particulars: { with: { into: '510121' }, instance: '/v1' },
    });
    expect(new Problem('auth.missing')).toBeInstanceOf(Error);
  });
});

describe('sendProblem', () => {
  const sent = (code: string) => {
    const headers: Record<string, string> = {};
    const reply = { status: 0, body: '' };
    sendProblem(
      { code: (status) => (reply.status = status), header: (name, value) => (headers[name] = value), send: (body) => (reply.body = body) },
      problems(code, 'zh'),
      'zh',
    );
    return { ...reply, headers };
  };

  it('answers as RFC 9457 says, in the language of the reader', () => {
    const { status, body, headers } = sent('request.not-found');
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual(problems('request.not-found', 'zh'));
    expect(headers).toEqual({ 'content-type': 'application/problem+json', 'content-language': 'zh', vary: 'accept-language' });
  });

  it('says how to sign in, and when to come again', () => {
    expect(sent('auth.missing').headers['www-authenticate']).toBe('Bearer');
    expect(sent('auth.expired-token').headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(sent('log.unavailable').headers['retry-after']).toBe('1');
  });
});
