import type { RouteOptions } from 'fastify';

/** Which methods each address takes: told of every route as it is declared. Fastify itself answers 404 to another method. */
export class Methods {
  private readonly routes: { readonly method: string; readonly segments: readonly string[] }[] = [];

  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    for (const one of [method].flat()) this.routes.push({ method: one, segments: url.split('/') });
  }

  /** What `Allow` says (RFC 9110 10.2.1): `GET, HEAD`; empty where nothing is. `path` comes without its query. */
  at(path: string): string {
    const asked = path.split('/');
    const fitting = this.routes.filter(
      ({ segments }) =>
        segments.length === asked.length &&
        segments.every((segment, i) => segment === asked[i] || (segment.startsWith(':') && asked[i] !== '')),
    );
    return [...new Set(fitting.map(({ method }) => method))].sort().join(', ');
  }
}
