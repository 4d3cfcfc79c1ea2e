import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../application/kernel/execute.js';
import type { Allow } from '../../application/kernel/use-case.js';
import type { Issuer } from '../auth/issuer.js';
import { Problem } from './problem.js';

const key = 'wuwei:allow';

/** Declares who may call a route; every route declares it, or the application does not start. */
export const Allowed = (allow: Allow): MethodDecorator => SetMetadata(key, allow);
export const allowOf = (handler: object): Allow | undefined => Reflect.getMetadata(key, handler) as Allow | undefined;

const actor = Symbol('actor');
/** Who sends the request; null when it carries no token. */
export const actorOf = (request: FastifyRequest & { [actor]?: Actor }): Actor | null => request[actor] ?? null;

/**
 * Reads the bearer token; null when there is none. A stream that stays open reads it again: a token that has expired holds nothing open.
 * @throws Problem (401) when it is not genuine, or has expired
 */
export function senderOf({ headers: { authorization } }: FastifyRequest, issuer: Issuer): Actor | null {
  if (authorization === undefined) return null;
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  const sender = token === undefined ? 'auth.invalid-token' : issuer.verify(token);
  if (typeof sender === 'string') throw new Problem(sender);
  return sender;
}

/** Reads the bearer token: who it is, and that it is genuine. Whether that person may, at the place concerned, is the application's word. */
@Injectable()
export class Authentication implements CanActivate {
  constructor(
    private readonly issuer: Issuer,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const allow = this.reflector.get<Allow | undefined>(key, context.getHandler());
    if (allow === undefined) throw new Error(`route ${context.getHandler().name} declares nobody who may call it`);
    const request = context.switchToHttp().getRequest<FastifyRequest & { [actor]?: Actor }>();
    const sender = senderOf(request, this.issuer);
    if (sender === null && allow !== 'public') throw new Problem('auth.missing');
    if (sender !== null) request[actor] = sender;
    return true;
  }
}
