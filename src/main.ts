/** Serves with settings from WUWEI_* variables: what a container runs. The same as `wuwei serve`. */
import { serve } from './infrastructure/cli/serve.js';

await serve.parseAsync([], { from: 'user' });
