import type { Evidence } from './evidence.ts';
import type { CauseRow } from './row.ts';

const isClient = ({ role }: Evidence) => role === 'client';

/** How runtimes say that they know nobody who has signed a certificate: Python, Node, Java. */
const UNTRUSTED: readonly string[] = [
  'CERTIFICATE_VERIFY_FAILED',
  'self-signed certificate',
  'unable to verify the first certificate',
  'unable to get local issuer certificate',
  'unable to find valid certification path',
];

/** Handshakes that fail: the alert, or the bytes that came instead, leave one reading unless a row says "likely". */
export const TLS: readonly CauseRow[] = [
  {
    id: 'tls_plain_client',
    certainty: 'proved',
    of: ['tls_plain'],
    when: isClient,
    hint: {
      python:
        'Wrap the socket before anything is sent, context.wrap_socket(s, server_hostname=host): the server speaks TLS, and plain text came.',
      java: 'Create the socket with SSLSocketFactory.getDefault().createSocket(host, port): the server speaks TLS, and plain text came.',
      javascript: 'Use tls.connect() instead of net.connect(): the server speaks TLS, and plain text came.',
      other:
        'Begin TLS on the socket before anything is sent (SSL_connect()): the server speaks TLS, and plain text came.',
    },
  },
  {
    id: 'tls_plain_server',
    certainty: 'proved',
    of: ['tls_plain'],
    hint: {
      python:
        'Wrap each accepted socket, context.wrap_socket(conn, server_side=True), before anything is sent or received on it: the client speaks TLS, and plain text came.',
      java: 'Create the listening socket with an SSLServerSocketFactory: the client speaks TLS, and plain text came.',
      javascript:
        'Use tls.createServer() instead of net.createServer(): the client speaks TLS, and plain text came.',
      other:
        'Begin TLS on each accepted socket before anything is sent or received on it (SSL_accept()): the client speaks TLS, and plain text came.',
    },
  },
  {
    id: 'tls_unexpected',
    certainty: 'proved',
    of: ['tls_unexpected'],
    hint: {
      python: 'Use the socket as it is, without wrap_socket(): plain text is expected here, and TLS came.',
      javascript: 'Use net instead of tls: plain text is expected here, and TLS came.',
      other: 'Send and receive on the socket as it is, without TLS: plain text is expected here.',
    },
  },
  {
    id: 'tls_version',
    certainty: 'proved',
    of: ['tls_version'],
    hint: {
      python:
        'Leave minimum_version, maximum_version and PROTOCOL_TLSv1 out: what the library offers by itself, TLS 1.2 and 1.3, is right.',
      javascript:
        'Leave minVersion, maxVersion and secureProtocol out: what the library offers by itself, TLS 1.2 and 1.3, is right.',
      other: 'Do not restrict the versions: what the library offers by itself, TLS 1.2 and 1.3, is right.',
    },
  },
  {
    id: 'tls_authority_missing',
    certainty: 'proved',
    of: ['tls_untrusted', 'exited', 'early_close', 'nothing_received'],
    when: (seen) => isClient(seen) && (seen.cause === 'tls_untrusted' || seen.complains(UNTRUSTED)),
    hint: {
      python:
        'Load the certificate of the authority that lies in the folder of the program, context.load_verify_locations(…): the program does not know who has signed that of the server.',
      java: 'Make a trust store of the certificate of the authority that lies in the folder of the program: the program does not know who has signed that of the server.',
      javascript:
        'Hand the certificate of the authority that lies in the folder of the program to tls.connect(), ca: fs.readFileSync(…): the program does not know who has signed that of the server.',
      other:
        'Load the certificate of the authority that lies in the folder of the program: it does not know who has signed that of the server.',
    },
  },
  {
    id: 'tls_own_certificate',
    certainty: 'proved',
    of: ['tls_untrusted'],
    hint: 'Load the certificate and the key that lie in the folder of the program, and make no certificate of your own: clients do not trust that.',
  },
  {
    id: 'tls_no_certificate',
    certainty: 'likely',
    of: ['tls_failed'],
    when: ({ found }) => found.detail === 'tls_no_certificate',
    hint: {
      python:
        'Load the certificate and its key into the context, load_cert_chain(…): without them no handshake succeeds.',
      javascript: 'Hand cert and key to tls.createServer(): without a certificate no handshake succeeds.',
      other: 'Load a certificate and its key: a server without them can agree on no cipher.',
    },
  },
  {
    id: 'tls_no_answer',
    certainty: 'likely',
    of: ['tls_failed'],
    when: ({ found }) => found.detail === 'tls_no_answer',
    hint: {
      python:
        'Wrap the accepted socket in TLS before anything is received on it (do_handshake() does the rest): the program did not answer the handshake, as one does that waits for plain text.',
      other:
        'Begin TLS on the connection before anything is received on it: the program did not answer the handshake, as one does that waits for plain text.',
    },
  },
];
