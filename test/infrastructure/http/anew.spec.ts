import { describe, expect, it, jest } from '@jest/globals';
import { official } from '../../support/application.js';
import { office, startServer, town, county } from '../../support/server.js';

/* Tests of the HTTP server, with every answer read anew: the answers that are kept are an optimisation. */
process.env['WUWEI_TEST_ANSWERS'] = 'anew';
for (const spec of ['./if-match.spec.js', './events.spec.js']) await import(spec);

describe('given public answers', () => {
  it.each([
    [true, 1],
    [false, 3],
  ])('when one is asked for three times, and kept: %s, then rows are read %s time(s) and it is the same', async (keepsAnswers, reads) => {
    const server = await startServer({ settings: { keepsAnswers } });
    try {
      const token = server.token(official.id, ...office);
      await server.post('/v1/places', county, token);
      const { body } = await server.post('/v1/places', town, token);
      const path = '/v1/places/510121';
      await server.get(`${path}?atLeast=${body.position}`);
      await server.wuwei.readModels.atLeast(body.position, server.wuwei.builds(), AbortSignal.timeout(10_000));
      const get = jest.spyOn(server.wuwei.readModels, 'get');
      const answers = [await server.get(path), await server.get(path), await server.get(path)];
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(get.mock.calls.filter(([{ name }]) => name === 'place-tree')).toHaveLength(reads);
    } finally {
      await server.close();
    }
  });
});
