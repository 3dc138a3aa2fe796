import { milliseconds } from '../base/units.ts';
import { describeExit, endedByItself, programOutput } from './describe.ts';
import { type Found, fail, inconclusive, type Outcome, PASS } from './outcome.ts';
import type { TraceView } from './view.ts';

const PLAIN =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNEXPECTED_MESSAGE|RECORD_LAYER|BAD_RECORD_TYPE/;
const VERSION = /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE/;
const UNTRUSTED = /UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_REQUIRED|CERTIFICATE_EXPIRED/;
const CIPHERS = /NO_SHARED_CIPHER|HANDSHAKE_FAILURE|NO_SUITABLE_SIGNATURE/;

const PROBLEMS: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: 'it is signed by an authority of its own',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it has signed itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is unknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is unknown',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is unknown',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
};

/** What came of a handshake on a connection, be it by connect, accept or starttls. */
export function judgeHandshake(conn: string, verify: boolean, view: TraceView, within: number): Outcome {
  const { secured, tlsError, accepted } = view.connection(conn);
  if (tlsError !== undefined)
    return fail({ ...failed(tlsError, view, within), evidence: evidenceOf(tlsError, view) });
  if (!secured)
    return inconclusive('harness', {
      cause: 'unknown',
      summary: 'The handshake ended before it was decided.',
    });
  if (secured.problem === null || !verify || accepted) return PASS;
  return fail({
    cause: 'tls_untrusted',
    summary: `The certificate of the program cannot be trusted: ${PROBLEMS[secured.problem] ?? secured.problem}.`,
    expected: 'a certificate of the authority that the assignment gives, for localhost',
    actual: secured.problem,
    evidence: programOutput(view),
  });
}

function evidenceOf(code: string, view: TraceView): string[] {
  return [`the handshake ended with ${code}`, ...programOutput(view)];
}

function failed(code: string, view: TraceView, within: number): Found {
  const program = [...view.instances.keys()].find((name) => endedByItself(view, name));
  const exited = program === undefined ? undefined : endedByItself(view, program);
  const expected = 'a TLS handshake';
  if (PLAIN.test(code))
    return {
      cause: 'tls_plain',
      summary: 'The program speaks plain text where TLS is expected.',
      expected,
      actual: 'bytes that are no TLS record',
    };
  if (VERSION.test(code))
    return {
      cause: 'tls_version',
      summary: 'The program and the grader have no version of TLS in common.',
      expected: 'TLS 1.2 or 1.3',
      actual: code,
    };
  if (UNTRUSTED.test(code))
    return {
      cause: 'tls_untrusted',
      summary: 'The program does not trust the certificate of the grader.',
      expected: 'the program trusts the authority that it is given',
      actual: code,
    };
  if (CIPHERS.test(code))
    return {
      cause: 'tls_failed',
      summary:
        'The handshake failed: the two sides agree on no cipher, or the program has loaded no certificate.',
      expected,
      actual: code,
      detail: 'tls_no_certificate',
    };
  if (exited)
    return {
      cause: 'exited',
      summary: `The program ${describeExit(exited)} during the handshake.`,
      expected,
      actual: `the program ${describeExit(exited)}`,
    };
  if (code === 'ETIMEDOUT')
    return {
      cause: 'tls_failed',
      summary: `The program did not answer the handshake within ${milliseconds(within)}.`,
      expected,
      actual: 'no answer',
      detail: 'tls_no_answer',
    };
  return {
    cause: code === 'ECONNRESET' ? 'early_close' : 'tls_failed',
    summary:
      code === 'ECONNRESET'
        ? 'The program closed the connection during the handshake.'
        : `The handshake failed: ${code}.`,
    expected,
    actual: code,
  };
}

/** TLS where plain text is expected: an alert, or a handshake. */
export function isTls(bytes: Buffer): boolean {
  return (bytes[0] === 0x15 || bytes[0] === 0x16) && bytes[1] === 3 && (bytes[2] ?? 9) <= 4;
}
