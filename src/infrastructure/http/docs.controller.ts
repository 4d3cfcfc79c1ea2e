import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Allowed } from './access.js';
import { docsPolicy } from './headers.js';

const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
/** Written by `npm run docs`; CI fails if the code says otherwise. To make it at the start would take a tenth of the time of the start. */
const document = new URL('../../../openapi.json', import.meta.url);

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
/** Does not keep the token in the browser (earlier versions did). `none`: the document is not sent to an online validator. */
const start = `localStorage.removeItem('authorized');
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  docExpansion: 'none',
  persistAuthorization: false,
  validatorUrl: 'none',
});
`;

/** The description of the API. */
@Controller()
export class DocsController {
  @Get('openapi.json')
  @Allowed('public')
  openapi(@Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    reply.header('content-type', 'application/json; charset=utf-8');
    return readFile(document);
  }

  @Get('docs')
  @Allowed('public')
  docs(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', docsPolicy);
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
