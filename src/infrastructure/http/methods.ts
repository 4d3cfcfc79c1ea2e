import type { RouteOptions } from 'fastify';

/** The methods of each address, collected while routes are declared. Fastify itself answers 404 to another method. */
export class Methods {
  private readonly routes: { readonly method: string; readonly segments: readonly string[] }[] = [];

  add({ method, url }: Pick<RouteOptions, 'method' | 'url'>): void {
    for (const one of [method].flat()) this.routes.push({ method: one, segments: url.split('/') });
  }

  /** Value of `Allow` (RFC 9110 10.2.1): `GET, HEAD`; empty if there is no route. `path` has no query string. */
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
