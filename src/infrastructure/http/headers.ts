import type { FastifyReply, FastifyRequest } from 'fastify';
import { traceResponse } from './trace.js';

/** No answer is a page that may run, load, send or be framed (OWASP REST Security Cheat Sheet). */
const nothing = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** Names in a picture are written by users: only the picture's own styles are allowed. */
export const picturePolicy = `${nothing}; style-src 'unsafe-inline'`;
/** Swagger UI sets styles on its elements and has pictures in its style sheet. */
export const docsPolicy = `${nothing}; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'`;

/** `no-store`: answers are personal or change soon, unless a route says otherwise. */
const common = {
  'cache-control': 'no-store',
  'content-security-policy': nothing,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The headers of every answer. HSTS only if the request came over TLS, as a trusted proxy reports it (RFC 6797 7.2). */
export function setCommonHeaders({ protocol, id: trace }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('traceresponse', traceResponse(trace));
  if (protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
  return reply.headers(common);
}
