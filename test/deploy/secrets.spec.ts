import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settings } from '../../src/infrastructure/settings.js';

const script = fileURLToPath(new URL('../../deploy/cluster/make-secrets.sh', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wuwei-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const make = () => execFileSync('sh', [script, folder], { stdio: 'pipe' });
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const nodes = ['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3'];

/** The script needs openssl, which the container has in which it runs. */
const hasOpenssl = () => {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
};
(hasOpenssl() ? describe : describe.skip)('make-secrets.sh (needs openssl)', () => {
  beforeAll(() => void make());

  it('makes certificates of the three nodes that their CA has signed, for server and client, by their names', () => {
    const ca = new X509Certificate(read('eventstore/trusted/ca.crt'));
    expect(ca.ca).toBe(true);
    for (const node of nodes) {
      const certificate = new X509Certificate(read(`eventstore/${node}.crt`));
      expect([certificate.verify(ca.publicKey), certificate.checkIssued(ca), certificate.ca]).toEqual([true, true, false]);
      expect(certificate.subject).toContain('CN=eventstoredb-node');
      expect([node, 'localhost'].map((host) => certificate.checkHost(host, { subject: 'never' }))).toEqual([node, 'localhost']);
      expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']); // server and client (RFC 5280)
      expect(new Date(certificate.validTo).getTime()).toBeGreaterThan(Date.now() + 800 * 86_400_000);
    }
  });

  it('writes connection strings that the settings take, with the passwords', () => {
    expect(settings.eventstore.read(read('wuwei/eventstore'))).toContain(`admin:${read('eventstore/admin-password')}@`);
    expect(settings.mongodb.read(read('wuwei/mongodb'))).toContain(`wuwei:${read('mongodb/wuwei-password')}@`);
    expect(read('mongodb/keyfile').replaceAll(/\s/gu, '')).toHaveLength(1008);
  });

  it('lets nobody but the owner read them', () => {
    const files = ['ca/ca.key', 'mongodb/keyfile', 'wuwei/mongodb', 'wuwei/eventstore', ...nodes.map((node) => `eventstore/${node}.key`)];
    for (const file of files) expect([file, (statSync(join(folder, file)).mode & 0o777).toString(8)]).toEqual([file, '600']);
  });

  it('changes nothing when it runs again', () => {
    const all = ['ca/ca.crt', 'mongodb/keyfile', 'wuwei/mongodb', ...nodes.map((node) => `eventstore/${node}.crt`)];
    const before = all.map(read);
    make();
    expect(all.map(read)).toEqual(before);
  });
});
