import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Allowed } from './access.js';
import { openApi } from './openapi.js';
import { APP_CONTEXT, type AppContext } from './app-context.js';
import { metricsOf } from '../telemetry/metrics.js';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const asset = (name: string) => readFileSync(join(assets, name));

const page = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wuwei 五微 API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
const start =
  "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#ui', deepLinking: true, docExpansion: 'none', persistAuthorization: true });\n";

/** Health, metrics and documentation: public, and without personal data. */
@Controller()
export class SystemController {
  private readonly document: string;
  private readonly metrics: ReturnType<typeof metricsOf>;

  constructor(@Inject(APP_CONTEXT) private readonly context: AppContext) {
    this.document = JSON.stringify(openApi(context.commands, context.queries));
    this.metrics = metricsOf(context);
  }

  /** The process answers. */
  @Get('health/live')
  @Allowed('public')
  live(): object {
    return { status: 'ok' };
  }

  /** The log and the read models can be written, every projection runs and nothing due is stuck; else 503, with what stands still and the event that did it. */
  @Get('health/ready')
  @Allowed('public')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const head = await this.context.log.position();
    const projections = this.context
      .builds()
      .map(({ name, version, live, position, failure }) => ({ name, version, live, position, lag: head - position, failure }));
    const stuck = this.context.stuck();
    const failing = this.context.failing();
    const ready = failing.length === 0 && stuck.length === 0 && projections.every(({ failure }) => failure === null);
    if (!ready) reply.status(503);
    return { status: ready ? 'ready' : 'failing', position: head, failing, projections, stuck };
  }

  @Get('metrics')
  @Allowed('public')
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.metrics.contentType);
    return this.metrics.metrics();
  }

  @Get('openapi.json')
  @Allowed('public')
  openapi(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header('content-type', 'application/json; charset=utf-8');
    return this.document;
  }

  @Get('docs')
  @Allowed('public')
  docs(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header('content-type', 'text/html; charset=utf-8');
    return page;
  }

  @Get('docs/start.js')
  @Allowed('public')
  script(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header('content-type', 'text/javascript; charset=utf-8');
    return start;
  }

  @Get('docs/swagger-ui.css')
  @Allowed('public')
  css(@Res({ passthrough: true }) reply: FastifyReply): Buffer {
    reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'max-age=86400');
    return asset('swagger-ui.css');
  }

  @Get('docs/swagger-ui-bundle.js')
  @Allowed('public')
  bundle(@Res({ passthrough: true }) reply: FastifyReply): Buffer {
    reply.header('content-type', 'text/javascript; charset=utf-8').header('cache-control', 'max-age=86400');
    return asset('swagger-ui-bundle.js');
  }
}
