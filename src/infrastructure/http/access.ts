import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../../application/execute.js';
import type { Allow } from '../../application/use-case.js';
import type { Issuer } from '../auth/issuer.js';
import { Problem } from './problem.js';

const key = 'wuwei:allow';

/** Declares who may call a route; every route declares it, or the application does not start. */
export const Allowed = (allow: Allow): MethodDecorator => SetMetadata(key, allow);
export const allowOf = (handler: object): Allow | undefined => Reflect.getMetadata(key, handler) as Allow | undefined;

const actor = Symbol('actor');
/** Who sends the request; null when it carries no token. */
export const actorOf = (request: FastifyRequest & { [actor]?: Actor }): Actor | null => request[actor] ?? null;

/** Reads the bearer token: who it is, and that it is genuine. Whether that person may, at the place concerned, is the application's word. */
@Injectable()
export class Authentication implements CanActivate {
  constructor(private readonly issuer: Issuer, private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const allow = this.reflector.get<Allow | undefined>(key, context.getHandler());
    if (allow === undefined) throw new Error(`route ${context.getHandler().name} declares nobody who may call it`);
    const request = context.switchToHttp().getRequest<FastifyRequest & { [actor]?: Actor }>();
    const { authorization } = request.headers;
    if (authorization === undefined) {
      if (allow === 'public') return true;
      throw new Problem('auth.missing');
    }
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    const sender = token === undefined ? 'auth.invalid-token' : this.issuer.verify(token);
    if (typeof sender === 'string') throw new Problem(sender);
    request[actor] = sender;
    return true;
  }
}
