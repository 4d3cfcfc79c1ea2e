/** The order of the files: the demo first, because it needs an empty event store. */
export default class DemoFirst {
  sort(tests) {
    const rank = ({ path }) => (path.endsWith('demo.spec.ts') ? 0 : 1);
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path));
  }
  shard(tests) {
    return tests;
  }
  allFailedTests(tests) {
    return tests;
  }
  cacheResults() {}
}
