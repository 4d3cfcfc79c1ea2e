import { isUtf8 } from 'node:buffer';
import { Module, type Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { refusals } from '../../application/contexts.js';
import { allowOf, Authentication } from './access.js';
import { commandsController } from './commands.controller.js';
import { DocsController } from './docs.controller.js';
import { drainOnClose } from './draining.js';
import { EventsController } from './events.controller.js';
import { setCommonHeaders } from './headers.js';
import { limitsOf } from './limits.js';
import { Methods } from './methods.js';
import { Problem, problemsOf } from './problem.js';
import { answerBrokenRequests, answerExpectations, ProblemsFilter } from './problems.filter.js';
import { queriesController } from './queries.controller.js';
import { APP_CONTEXT, HTTP_SETTINGS, STOPPING, type AppContext } from './app-context.js';
import { defaultHttpSettings, type HttpSettings } from '../settings.js';
import { SystemController } from './system.controller.js';
import { traceOf } from './trace.js';

/** Maximum size of a body in bytes. */
export const bodyLimit = 128 * 1024;

/** Creates the HTTP application, not listening yet. `more`: controllers besides the product's own. */
export async function createHttpApp(
  context: AppContext,
  logger: Logger,
  more: readonly Type[] = [],
  settings: HttpSettings = defaultHttpSettings,
): Promise<NestFastifyApplication> {
  const answering = [
    commandsController(context.commands, context.queries),
    queriesController(context.queries),
    EventsController,
    DocsController,
  ];
  const controllers = [...(context.answersRequests ? answering : []), SystemController, ...more];
  for (const controller of controllers) demandDeclarations(controller);

  const methods = new Methods();
  const problems = problemsOf(refusals);
  const adapter = new FastifyAdapter({
    bodyLimit,
    forceCloseConnections: true, // after draining
    return503OnClosing: false,
    ...timeouts(settings),
    genReqId: traceOf,
    trustProxy: settings.trustedProxies || false,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      filter.answer(error, request, setCommonHeaders(request, reply)),
    clientErrorHandler: answerBrokenRequests(problems),
  });
  adapter.getInstance().server.on('checkExpectation', answerExpectations(problems));
  adapter.getInstance().server.maxConnections = settings.connections;
  const stopping = drainOnClose(adapter.getInstance(), logger, { announcedMs: settings.drain * 1000 });
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    setCommonHeaders(request, reply);
    done();
  });
  const limits = await limitsOf(adapter.getInstance(), settings);
  const filter = new ProblemsFilter(problems, logger, bodyLimit, methods, limits);
  adapter.getInstance().addHook('onRoute', (route) => methods.add(route));
  demandOneHost(adapter.getInstance());
  readJsonOnly(adapter.getInstance());

  class HttpModule {}
  Module({
    controllers,
    providers: [
      { provide: APP_CONTEXT, useValue: context },
      { provide: HTTP_SETTINGS, useValue: settings },
      { provide: STOPPING, useValue: stopping },
    ],
  })(HttpModule);

  // Fastify parses JSON itself; Nest's parser would also accept forms
  const app = await NestFactory.create<NestFastifyApplication>(HttpModule, adapter, {
    logger: false,
    abortOnError: false,
    bodyParser: false,
  });
  app.useGlobalGuards(new Authentication(context, new Reflector(), limits));
  app.useGlobalFilters(filter);
  return app;
}

/** A request must be complete in time: otherwise slow senders could hold connections for ever. */
function timeouts({ requestTimeout: seconds }: HttpSettings) {
  const requestTimeout = seconds * 1000;
  const http = { requestTimeout, headersTimeout: requestTimeout, connectionsCheckingInterval: requestTimeout / 10 };
  return { requestTimeout, http: { ...http, requireHostHeader: false } }; // Node would answer without a problem document
}

/**
 * A request must name one host: a proxy could read another one of several (RFC 9112 3.2). Node takes the first. HTTP/1.0 may name none.
 */
function demandOneHost(instance: FastifyInstance): void {
  instance.addHook('onRequest', ({ raw: { rawHeaders, headers, httpVersion } }, _, done) => {
    let lines = 0;
    for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.length === 4 && rawHeaders[i]!.toLowerCase() === 'host') lines++;
    if (lines > 1 || (lines === 0 && httpVersion === '1.1') || /[^\w.~!$&'()*+,;=%:[\]-]/u.test(headers.host ?? ''))
      done(new Problem('request.malformed-http'));
    else done();
  });
}

/** A charset other than UTF-8 in a Content-Type. */
const otherCharset = /;\s*charset\s*=(?!"?utf-?8"?\s*(?:;|$))/iu;

/**
 * Bodies are JSON in UTF-8 (RFC 8259, 8.1) and nothing else. Fastify would also accept plain text, and replace invalid bytes by
 * replacement characters: the log would then keep something that nobody wrote.
 */
function readJsonOnly(instance: FastifyInstance): void {
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.removeContentTypeParser('text/plain');
  instance.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (!/^(?:identity)?$/iu.test(request.headers['content-encoding'] ?? '')) done(new Problem('request.unsupported-encoding'));
    else if (otherCharset.test(request.headers['content-type'] ?? '')) done(new Problem('request.unsupported-media-type'));
    else if (!isUtf8(body)) done(new Problem('request.not-utf-8'));
    else void parse(request, body.toString('utf8'), done);
  });
}

/** Every route must declare who may call it; otherwise nothing is served. */
function demandDeclarations(controller: Type): void {
  const prototype = controller.prototype as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const handler = prototype[name];
    if (typeof handler !== 'function' || !Reflect.hasMetadata('path', handler) || name === 'constructor') continue;
    if (allowOf(handler) === undefined) throw new Error(`route ${controller.name}.${name} declares nobody who may call it`);
  }
}
