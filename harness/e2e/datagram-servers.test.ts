import { gradeInline, statuses } from '../testing/inline.ts';

const SPEC = `
version: 1
title: servers that nobody here wrote
programs:
  socat: { transport: udp, run: "socat UDP4-RECVFROM:\${{ port }},fork EXEC:cat" }
  ncat: { transport: udp, run: "ncat -l -u -k -e /bin/cat 127.0.0.1 \${{ port }}" }
  dns: { transport: udp, run: "/usr/sbin/dnsmasq -k -C /dev/null --no-resolv --no-hosts --port=\${{ port }} --listen-address=127.0.0.1 --bind-interfaces --address=/x.test/10.1.2.3 -u root --pid-file=" }
  py: { transport: udp, files: { e.py: { text: "import socketserver,sys\\nclass H(socketserver.BaseRequestHandler):\\n  def handle(self):\\n    self.request[1].sendto(self.request[0], self.client_address)\\nsocketserver.UDPServer((\\"127.0.0.1\\", int(sys.argv[1])), H).serve_forever()\\n" } }, run: "python3 e.py \${{ port }}" }
  tls: { transport: tls, files: { c.pem: { certificate: server }, k.pem: { key: server } }, run: "openssl s_server -quiet -rev -accept 127.0.0.1:\${{ port }} -cert c.pem -key k.pem" }
scenarios:
  - { id: ncat, title: ncat, steps: [ { start: ncat }, { connect: { as: a, to: ncat } }, { send: hi }, { expect: hi } ] }
  - { id: socat, title: socat, steps: [ { start: socat }, { connect: { as: a, to: socat } }, { send: hi }, { expect: hi } ] }
  - { id: py, title: socketserver, steps: [ { start: py }, { connect: { as: a, to: py } }, { send: hi }, { expect: hi } ] }
  - id: dns
    title: dnsmasq answers a query
    steps:
      - start: dns
      - connect: { as: a, to: dns }
      - send: { struct: [ { u16: 4660 }, { hex: "0100 0001 0000 0000 0000" }, { length_prefix: 1, of: x }, { length_prefix: 1, of: test }, { hex: "00 0001 0001" } ] }
      - expect: { struct: [ { u16: 4660 }, { bits: [ { width: 1, value: 1 }, { width: 11 }, { width: 4, value: 0 } ] }, { u16: 1 }, { u16: 1 }, { skip: 28 }, { hex: "0a 01 02 03" } ], leftover: ignore }
  - { id: tls, title: s_server, steps: [ { start: tls }, { connect: { as: a, to: tls } }, { send: { line: abc } }, { expect: { equals: { line: cba } } } ] }
`;

test('servers that speak UDP and TLS and that nobody here wrote pass', async () => {
  const report = await gradeInline({ 'empty.txt': '' }, SPEC);
  expect(report.scenarios.map(({ id, findings }) => [id, findings])).toEqual(
    report.scenarios.map(({ id }) => [id, []]),
  );
  expect(statuses(report)).toEqual({ ncat: 'pass', socat: 'pass', py: 'pass', dns: 'pass', tls: 'pass' });
});
