import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Allow } from '../../application/kernel/actor.js';
import type { Token } from '../auth/issuer.js';
import type { AppContext } from './app-context.js';
import type { Limits } from './limits.js';
import { Problem } from './problem.js';
import { readToken } from './token.js';

const key = 'wuwei:allow';

/** Declares who may call a route. A route without it prevents the start. */
export const Allowed = (allow: Allow): MethodDecorator => SetMetadata(key, allow);
export const allowOf = (handler: object): Allow | undefined => Reflect.getMetadata(key, handler) as Allow | undefined;

/** Checks the bearer token: that it is genuine, and whose it is. The application then decides what that person may do. */
@Injectable()
export class Authentication implements CanActivate {
  constructor(
    private readonly context: Pick<AppContext, 'issuer' | 'revocations'>,
    private readonly reflector: Reflector,
    private readonly limits: Limits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const allow = this.reflector.get<Allow | undefined>(key, context.getHandler());
    if (allow === undefined) throw new Error(`route ${context.getHandler().name} declares nobody who may call it`);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    let sent: Token | null;
    try {
      sent = await readToken(request, this.context);
    } catch (error) {
      if (error instanceof Problem) await this.limits.wrongToken(request);
      throw error;
    }
    if (sent === null && allow !== 'public') throw new Problem('auth.missing');
    if (sent !== null && request.method === 'POST') this.limits.write(sent);
    return true;
  }
}
