import Negotiator from 'negotiator';
import type { FieldError } from '../../application/ports/check.js';
import type { RefusalTexts } from '../../application/kernel/texts.js';
import type { Refusal } from '../../domain/shared/decider.js';
import { explain } from '../schema/texts.js';
import { notFound, refusalTitles, problemTexts, type ProblemText, type ProblemCode } from './problem-texts.js';

export type Language = 'zh' | 'en';

/** RFC 9457. `code` never changes; `title` and `detail` are in the reader's language. */
interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly instance?: string;
  /** Which field (RFC 6901) broke which rule, and what to do about it. */
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

export interface ProblemParticulars {
  /** The values that the detail quotes. */
  readonly with?: Readonly<Record<string, string | number>>;
  readonly errors?: readonly FieldError[];
  /** Path of the request. Without the query string, which may contain personal data that must not be logged. */
  readonly instance?: string;
}

/** Thrown by guards, pipes and handlers: a problem of the HTTP layer, or the refusal of a decider. The exception filter answers it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly particulars: ProblemParticulars;
  constructor(problem: ProblemCode | (Refusal & Pick<ProblemParticulars, 'errors'>), particulars: ProblemParticulars = {}) {
    const { refused: code, ...own } = typeof problem === 'string' ? { refused: problem } : problem;
    super(code);
    this.code = code;
    this.particulars = { ...own, ...particulars };
  }
}

export type Problems = (code: string, language: Language, particulars?: ProblemParticulars) => ProblemDocument;

/** Creates problem documents for the codes of the HTTP layer and for these refusals. */
export function problemsOf(refusals: RefusalTexts<string>): Problems {
  const texts = new Map<string, ProblemText>(Object.entries(problemTexts));
  for (const [code, { status = 409, zh, en }] of Object.entries(refusals))
    texts.set(code, { status, title: refusalTitles[status], detail: { zh, en } });
  return (code, language, { with: values = {}, errors, instance } = {}) => {
    const text = texts.get(code) ?? (/[.-]not-found$/u.test(code) ? notFound : problemTexts['server.error']);
    const detail = 'roles' in values ? (text.atHome ?? text.detail) : text.detail;
    return {
      type: `urn:wuwei:problem:${code}`,
      title: text.title[language],
      status: text.status,
      detail: detail[language].replace(/\{(\w+)\}/gu, (_, name: string) => String(values[name] ?? '…')),
      code,
      ...(instance !== undefined && { instance }),
      ...(errors && { errors: errors.map((error) => ({ pointer: error.pointer, code: error.code, detail: explain(error, language) })) }),
    };
  };
}

/** The part of Fastify's reply that is used. */
interface Reply {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: string): unknown;
}

export function sendProblem(reply: Reply, problem: ProblemDocument, language: Language): void {
  reply.code(problem.status);
  reply.header('content-type', 'application/problem+json');
  reply.header('content-language', language);
  reply.header('vary', 'accept-language');
  const challenge = problem.code === 'auth.missing' ? 'Bearer' : 'Bearer error="invalid_token"'; // RFC 6750 3
  if (problem.status === 401) reply.header('www-authenticate', challenge);
  if (problem.status === 503) reply.header('retry-after', '1');
  reply.send(JSON.stringify(problem));
}

/** Chinese if the header prefers any Chinese to English, else English (RFC 9110 12.5.4). */
export function languageOf(acceptLanguage: string | undefined): Language {
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage ?? '*' } });
  return negotiator.language(['en', 'zh']) === 'zh' ? 'zh' : 'en';
}
