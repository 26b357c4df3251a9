import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of PEM files made for one test run; `directory` goes away with remove(). */
export interface Certificates {
  readonly directory: string;
  /** The authority that issued both certificates below. */
  readonly authority: string;
  /** An authority that issued neither. */
  readonly strangerAuthority: string;
  readonly server: Pair;
  /** Issued by the same authority for the same host, and past its last day. */
  readonly expiredServer: Pair;
  readonly client: Pair;
  remove(): void;
}

export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** Makes two authorities, a server certificate for `host`, an expired one, and a client certificate, with the machine's openssl. */
export function makeCertificates(host: string): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'aisha-tls-'));
  const path = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

  const authority = (name: string): string => {
    openssl('req', '-x509', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${name}`);
    return path(`${name}.pem`);
  };
  const issue = (name: string, subject: string, extensions: string, validity: string[]): Pair => {
    writeFileSync(path(`${name}.ext`), extensions);
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    const signing = ['-in', `${name}.csr`, '-CA', 'ours.pem', '-CAkey', 'ours.key', '-CAcreateserial', '-extfile', `${name}.ext`];
    openssl('x509', '-req', ...signing, '-out', `${name}.pem`, ...validity);
    return { certificate: path(`${name}.pem`), key: path(`${name}.key`) };
  };

  const ours = authority('ours');
  return {
    directory,
    authority: ours,
    strangerAuthority: authority('stranger'),
    server: issue('server', host, `subjectAltName=DNS:${host}\n`, ['-days', '1']),
    expiredServer: issue('expired', host, `subjectAltName=DNS:${host}\n`, ['-days', '-1']),
    client: issue('client', 'operator', 'extendedKeyUsage=clientAuth\n', ['-days', '1']),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** The PEM texts of a pair, as startServer wants them. */
export function texts(pair: Pair): Pair {
  return { certificate: readFileSync(pair.certificate, 'utf8'), key: readFileSync(pair.key, 'utf8') };
}
