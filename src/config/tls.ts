import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLocal, type TlsSettings } from '#core/connection-settings.ts';
import type { ConnectionParts } from './connection-url.ts';
import { errorCode } from './env-file.ts';
import { pathOf, type Places } from '#core/places.ts';
import { shown, type Findings, type Problem } from './problems.ts';

type TlsParts = Pick<ConnectionParts, 'address' | 'sslMode' | 'sslRootCertificate' | 'sslCertificate' | 'sslKey'> & {
  readonly host: string;
};

/** How the operator named a setting: `sslrootcert in DATABASE_URL`, or the PG* variable. */
export type NameOf = (part: 'sslMode' | 'sslRootCertificate' | 'sslCertificate' | 'sslKey') => string;

/**
 * libpq's meaning of each sslmode, and its files in ~/.postgresql, with three differences on the safe side:
 * a remote host without sslmode is verified in full; `prefer` and `allow` never fall back to plain text on a remote host; and
 * verification without a root certificate uses the machine's authorities where libpq gives up.
 * On this machine no sslmode, `prefer` and `allow` mean no TLS (pg cannot try one and then the other), and a Unix socket never has it.
 * Problems name the file that cannot be used.
 */
export async function tlsSettings(parts: TlsParts, nameOf: NameOf, places: Places, findings: Findings): Promise<TlsSettings> {
  const local = isLocal(parts);
  const system = parts.sslRootCertificate === 'system';
  const mode = parts.sslMode ?? (local && !system ? 'prefer' : 'verify-full');
  if (parts.host.startsWith('/')) return { state: 'off', why: 'local' };
  if (mode === 'disable') return { state: 'off', why: 'sslmode=disable' };
  if (local && (mode === 'prefer' || mode === 'allow')) return { state: 'off', why: 'local' };
  if (system && mode !== 'verify-full') {
    const held = `holds ${shown(mode)} beside sslrootcert=system`;
    findings.problems.push({
      setting: nameOf('sslMode'),
      held,
      expected: 'verify-full, since anyone can get a certificate of a public authority',
    });
  }

  const read = pemReader(nameOf, places, findings);
  const certificateAuthority = system ? undefined : await read('sslRootCertificate', parts.sslRootCertificate, 'root.crt');
  const clientCertificate = await read('sslCertificate', parts.sslCertificate, 'postgresql.crt');
  const key = clientCertificate === undefined ? undefined : await read('sslKey', parts.sslKey, 'postgresql.key');
  if (clientCertificate !== undefined) checkPair(clientCertificate, key, nameOf, findings);
  return {
    state: 'on',
    verification: verificationOf(mode, certificateAuthority !== undefined),
    certificateAuthority,
    clientCertificate,
    clientKey: key === undefined ? undefined : () => key,
  };
}

/** `require` with a root certificate is `verify-ca` in libpq, for compatibility; `prefer` and `allow` check it too once it is there. */
function verificationOf(mode: string, hasAuthority: boolean): 'full' | 'ca' | 'none' {
  if (mode === 'verify-full') return 'full';
  if (mode === 'verify-ca') return 'ca';
  return hasAuthority && mode !== 'no-verify' ? 'ca' : 'none';
}

const fileProblem = (setting: string, held: string, expected: string): Problem => ({
  setting,
  held,
  expected,
  code: 'tls-file-unusable',
});

function pemReader(nameOf: NameOf, places: Places, findings: Findings) {
  return async (part: Exclude<Parameters<NameOf>[0], 'sslMode'>, given: string | undefined, fallback: string) => {
    const path = given === undefined ? join(places.home, '.postgresql', fallback) : pathOf(given, places);
    const named = given === undefined ? `~/.postgresql/${fallback}` : nameOf(part);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (given === undefined && ['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return undefined;
      findings.problems.push(
        fileProblem(named, `names ${shown(given ?? path)}, which cannot be read (${errorCode(error)})`, 'a readable PEM file'),
      );
      return undefined;
    }
    try {
      return (part === 'sslKey' ? createPrivateKey(text) : new X509Certificate(text)) && text;
    } catch {
      const expected =
        part === 'sslKey'
          ? 'a private key in PEM form without a pass phrase'
          : 'certificates in PEM form (-----BEGIN CERTIFICATE-----)';
      findings.problems.push(fileProblem(named, `names ${shown(given ?? path)}, which holds no usable PEM text`, expected));
      return undefined;
    }
  };
}

function checkPair(certificate: string, key: string | undefined, nameOf: NameOf, findings: Findings): void {
  if (key !== undefined && new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) return;
  const held = key === undefined ? 'is missing beside a client certificate' : 'is not the key of the client certificate';
  findings.problems.push(fileProblem(nameOf('sslKey'), held, 'the private key that belongs to the client certificate'));
}
