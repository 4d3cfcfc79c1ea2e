/** Serves with settings from WUWEI_* variables: what a container runs. The same as `wuwei serve`. */
process.argv.splice(2, Infinity, 'serve');
await import('./cli.js');
