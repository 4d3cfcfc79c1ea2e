import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Refused } from '../../application/kernel/command.js';
import { SealBroken } from '../../application/kernel/sealing.js';
import { LogCorrupt, LogTakenOver, LogUnavailable, NewerEvent, NoSuchPosition, OutcomeUnknown } from '../../application/ports/event-log.js';
import { KeyDamaged, KeysUnavailable } from '../../application/ports/personal-keys.js';
import { ReadModelDamaged, ReadModelsUnavailable } from '../../application/ports/read-models.js';
import { tokenOf } from './token.js';
import type { Limits } from './limits.js';
import type { Methods } from './methods.js';
import { languageOf, Problem, type ProblemParticulars, type Problems, sendProblem } from './problem.js';
import type { ProblemCode } from './problem-texts.js';

/** Fastify's own errors, and the problems that they mean. */
const codes: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'request.malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'request.malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'request.malformed-json',
  FST_ERR_CTP_BODY_TOO_LARGE: 'request.too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'request.unsupported-media-type',
  FST_ERR_BAD_URL: 'request.not-found',
  FST_ERR_MAX_PARAM_LENGTH: 'request.not-found',
};
const statuses: Readonly<Record<number, ProblemCode>> = {
  400: 'request.malformed-json',
  404: 'request.not-found',
  413: 'request.too-large',
  415: 'request.unsupported-media-type',
};

/** Answers every error as a problem document (RFC 9457), in the reader's language. */
@Catch()
export class ProblemsFilter implements ExceptionFilter {
  constructor(
    private readonly problems: Problems,
    private readonly logger: Logger,
    private readonly bodyLimit: number,
    private readonly methods: Methods,
    private readonly limits: Limits,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest(), http.getResponse());
  }

  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.raw.headersSent) {
      this.logger.error({ err: error, trace: request.id, method: request.method, route: request.routeOptions.url }, 'an answer broke off');
      reply.raw.destroy();
      return;
    }
    const instance = request.url.split('?')[0] ?? '/';
    const { code, particulars } = this.classify(error, request, instance);
    const language = languageOf(request.headers['accept-language']);
    const problem = this.problems(code, language, { ...particulars, instance });
    if (code === 'request.method-not-allowed') reply.header('allow', particulars?.with?.['allow']);
    if (code === 'request.unsupported-encoding') reply.header('accept-encoding', 'identity'); // RFC 9110 15.5.16
    // The route, not the address: ids of people stay out of the log. The error itself only if it is a fault of the program.
    if (problem.status >= 500)
      this.logger.error({ err: error, code, trace: request.id, method: request.method, route: request.routeOptions.url }, 'request failed');
    if ([401, 403, 429].includes(problem.status)) void this.log(code, request);
    if (problem.status === 429) reply.header('retry-after', String(particulars?.with?.['seconds']));
    sendProblem(reply, problem, language);
  }

  /** Logs refusals for a missing or bad token, missing rights, or too many requests, with ids, so that attacks can be seen. */
  private async log(code: string, request: FastifyRequest): Promise<void> {
    const { id: trace, method, routeOptions, ip: address } = request;
    if (!(await this.limits.isLogged(request))) return;
    const token = tokenOf(request);
    this.logger.warn({ code, trace, method, route: routeOptions.url, address, token: token?.id, person: token?.actor.id }, 'refused');
  }

  private classify(
    error: unknown,
    { id: reference, method }: FastifyRequest,
    path: string,
  ): { readonly code: string; readonly particulars?: ProblemParticulars } {
    if (error instanceof Problem) return error;
    if (error instanceof Refused) return new Problem(error.refusal);
    if (error instanceof SealBroken || error instanceof KeyDamaged)
      return { code: 'person.unreadable', particulars: { with: { reference } } };
    if (error instanceof NewerEvent) return { code: 'log.newer-than-program' satisfies ProblemCode };
    if (error instanceof NoSuchPosition) {
      const code: ProblemCode = error.mayCome ? 'log.behind' : 'request.no-such-position';
      return { code, particulars: { with: { position: error.position } } };
    }
    if (error instanceof OutcomeUnknown) return { code: 'log.outcome-unknown' satisfies ProblemCode };
    if (error instanceof LogTakenOver) return { code: 'log.taken-over' satisfies ProblemCode };
    if (error instanceof LogUnavailable) return { code: 'log.unavailable' };
    if (error instanceof LogCorrupt) return { code: 'log.damaged', particulars: { with: { reference } } };
    if (error instanceof ReadModelDamaged)
      return { code: 'read-models.damaged', particulars: { with: { reference, projection: error.projection } } };
    if (error instanceof ReadModelsUnavailable) return { code: 'read-models.unavailable' satisfies ProblemCode };
    if (error instanceof KeysUnavailable) return { code: 'keys.unavailable' satisfies ProblemCode };
    const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number }).statusCode;
    const code = codes[(error as { code?: string }).code ?? ''] ?? statuses[status ?? 500] ?? 'server.error';
    const allow = code === 'request.not-found' ? this.methods.at(path) : '';
    if (allow !== '' && !allow.split(', ').includes(method))
      return { code: 'request.method-not-allowed' satisfies ProblemCode, particulars: { with: { allow } } };
    return { code, particulars: { with: { reference, limit: this.bodyLimit } } };
  }
}

/** Node's errors about data that is not an HTTP request, and the problems that they mean. */
const brokenRequests: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
  HPE_HEADER_OVERFLOW: 'request.headers-too-large',
};

/** Answers data that never became a request, and ends the connection. In English, because no header was read. */
export function answerBrokenRequests(problems: Problems): (error: Error & { readonly code?: string }, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const problem = problems(brokenRequests[error.code ?? ''] ?? 'request.malformed-http', 'en');
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'content-type: application/problem+json',
      'content-language: en',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
    else socket.destroy();
  };
}

/** Answers a request that expects what no server does (RFC 9110 10.1.1). Node answers `100-continue` itself. */
export function answerExpectations(problems: Problems): (request: IncomingMessage, response: ServerResponse) => void {
  return ({ headers }, response) => {
    const language = languageOf(headers['accept-language']);
    const problem = problems('request.expectation-failed', language);
    response.statusCode = problem.status;
    response.setHeader('content-type', 'application/problem+json');
    response.setHeader('content-language', language);
    response.setHeader('connection', 'close');
    response.end(JSON.stringify(problem));
  };
}
