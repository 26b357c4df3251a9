import type { Explanation, Symptom } from './symptom.ts';

/** OpenSSL's verdicts (node:tls, X.509 certificate error codes) on a chain that leads to nobody we trust. */
const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_REJECTED',
  'INVALID_CA',
]);

const getAuthority = (supabase: boolean): string =>
  supabase
    ? 'Download the CA certificate from the Supabase dashboard, Database settings, and set PGSSLROOTCERT to its path; sslmode=require connects unverified.'
    : "Set PGSSLROOTCERT to the path of the server's CA certificate; sslmode=require connects unverified.";

/** Explains a server without TLS, a certificate that is not accepted, and a handshake that fails. */
export function explainTls({ code, message, where, supabase, settings }: Symptom): Explanation | undefined {
  if (/server does not support SSL connections/i.test(message)) {
    return {
      code: 'tls-unsupported',
      whatHappened: `${where} offers no TLS, and the connection must not be readable on its way.`,
      whatToDo: 'Turn TLS on at the server (ssl = on); sslmode=disable connects in plain text, passwords and rows included.',
    };
  }
  if (untrusted.has(code)) {
    const trusted = settings.tls.state === 'on' && settings.tls.certificateAuthority !== undefined;
    return {
      code: 'tls-untrusted',
      whatHappened: trusted
        ? `The certificate of ${where} was not issued by the given root certificate (${code}).`
        : `The certificate of ${where} was issued by an authority this machine does not know (${code}).`,
      whatToDo: getAuthority(supabase),
    };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      code: 'tls-host-mismatch',
      whatHappened: `The certificate shown by ${where} is not for the host ${settings.host}.`,
      whatToDo: `Connect by a name the certificate holds (PGHOSTADDR can give the address); sslmode=verify-ca checks the issuer only.`,
    };
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return {
      code: 'tls-expired',
      whatHappened: `The certificate of ${where} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'}.`,
      whatToDo: "Check this machine's clock, then have the server's certificate renewed.",
    };
  }
  if (/^ERR_SSL_|^EPROTO$|^ERR_TLS_/.test(code) || /error establishing an SSL connection/i.test(message)) {
    return {
      code: 'tls-failed',
      whatHappened: `No TLS connection to ${where} came about (${code || message}).`,
      whatToDo: /CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE/.test(code + message.toUpperCase().replaceAll(' ', '_'))
        ? 'The server wants a client certificate: set PGSSLCERT and PGSSLKEY.'
        : 'Check that the port is one of PostgreSQL and that the server speaks TLS 1.2 or later.',
    };
  }
  return undefined;
}
