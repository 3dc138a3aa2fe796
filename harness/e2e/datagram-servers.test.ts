import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { grade } from '../grading/grade.ts';
import type { Recording } from '../grading/recording-of.ts';
import { rejudge } from '../recording/rejudge.ts';
import { statuses } from '../testing/inline.ts';

/** Programs as their documentation writes them. */
const FILES = {
  'threads.py': `import socketserver, sys
class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        data, sock = self.request
        sock.sendto(data, self.client_address)
socketserver.ThreadingUDPServer(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
`,
  'loop.py': `import asyncio, sys
class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport): self.transport = transport
    def datagram_received(self, data, addr): self.transport.sendto(data, addr)
async def main():
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", int(sys.argv[1])))
    await asyncio.Event().wait()
asyncio.run(main())
`,
  'echo.mjs': `import dgram from 'node:dgram';
const server = dgram.createSocket('udp4');
server.on('message', (message, from) => server.send(message, from.port, from.address));
server.bind(Number(process.argv[2]), '127.0.0.1');
`,
  'Echo.java': `import java.net.*;
public class Echo {
  public static void main(String[] args) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(Integer.parseInt(args[0]))) {
      byte[] buffer = new byte[65535];
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        socket.send(new DatagramPacket(packet.getData(), packet.getLength(), packet.getSocketAddress()));
      }
    }
  }
}
`,
  'unbound.conf': `server:
  interface: 127.0.0.1@PORT
  do-daemonize: no
  do-ip6: no
  username: ""
  chroot: ""
  directory: "."
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
  local-zone: "x.test." static
  local-data: "x.test. A 10.1.2.3"
remote-control:
  control-enable: no
`,
};

const echo = (name: string, run: string, file?: keyof typeof FILES) => ({
  program: `  ${name}: { transport: udp, run: '${run}'${file === undefined ? '' : `, files: { ${file}: { file: ${file} } }`} }`,
  scenario: `  - { id: ${name}, title: ${name}, steps: [ { start: ${name} }, { connect: { as: a, to: ${name} } }, { connect: { as: b, to: ${name} } }, { send: { on: a, text: hi } }, { send: { on: b, repeat: x, bytes: 1400 } }, { expect: { on: b, equals: { repeat: x, bytes: 1400 } } }, { expect: { on: a, equals: hi } } ] }`,
});

const ECHOES = [
  echo('socat', 'socat UDP4-RECVFROM:${{ port }},fork EXEC:cat'),
  echo('ncat', 'ncat -l -u -k -e /bin/cat 127.0.0.1 ${{ port }}'),
  echo('socketserver', 'python3 threads.py ${{ port }}', 'threads.py'),
  echo('asyncio', 'python3 loop.py ${{ port }}', 'loop.py'),
  echo('dgram', 'node echo.mjs ${{ port }}', 'echo.mjs'),
  echo('java', 'java -Xshare:auto -XX:TieredStopAtLevel=1 Echo.java ${{ port }}', 'Echo.java'),
];

const QUERY =
  '{ struct: [ { u16: 4660 }, { hex: "0100 0001 0000 0000 0000" }, { length_prefix: 1, of: x }, { length_prefix: 1, of: test }, { hex: "00 0001 0001" } ] }';

const SPEC = `title: programs that others wrote
programs:
${ECHOES.map(({ program }) => program).join('\n')}
  dnsmasq: { transport: udp, run: "/usr/sbin/dnsmasq -k -C /dev/null --no-resolv --no-hosts --port=\${{ port }} --listen-address=127.0.0.1 --bind-interfaces --address=/x.test/10.1.2.3 -u root --pid-file=" }
  unbound: { transport: udp, files: { unbound.conf: { file: unbound.conf } }, shell: true, run: "sed s/PORT/\${{ port }}/ unbound.conf > own.conf && exec /usr/sbin/unbound -d -c own.conf" }
  s_server: { transport: tls, files: { c.pem: { certificate: server }, k.pem: { key: server } }, run: "openssl s_server -quiet -rev -accept 127.0.0.1:\${{ port }} -cert c.pem -key k.pem" }
  s_client: { transport: tls, ready: none, stdin: { line: hello }, files: { ca.pem: { certificate: ca } }, run: "openssl s_client -quiet -verify_return_error -CAfile ca.pem -servername localhost -connect 127.0.0.1:\${{ ports.door }}" }
scenarios:
${ECHOES.map(({ scenario }) => scenario).join('\n')}
  - id: dnsmasq
    title: dnsmasq answers a query
    steps:
      - start: dnsmasq
      - connect: { as: a, to: dnsmasq }
      - send: ${QUERY}
      - expect: { struct: [ { u16: 4660 }, { bits: [ { width: 1, value: 1 }, { width: 11 }, { width: 4, value: 0 } ] }, { u16: 1 }, { u16: 1 }, { skip: 28 }, { hex: "0a 01 02 03" } ], leftover: ignore }
  - id: unbound
    title: unbound answers a query
    steps:
      - start: unbound
      - connect: { as: a, to: unbound }
      - send: ${QUERY}
      - expect: { all_of: [ { starts_with: { hex: "1234" } }, { contains: { hex: "0a 01 02 03" } } ] }
  - { id: s_server, title: s_server, steps: [ { start: s_server }, { connect: { as: a, to: s_server } }, { send: { line: abc } }, { expect: { equals: { line: cba } } } ] }
  - id: s_client
    title: s_client
    steps:
      - listen: { as: door, transport: tls }
      - start: s_client
      - accept: { on: door, as: a }
      - expect: { equals: { line: hello } }
      - send: { line: welcome }
      - check: { program: s_client, stdout: { contains: welcome } }
`
  .replaceAll('_server:', '-server:')
  .replaceAll(/s_(server|client)/g, 's-$1')
  .replaceAll('openssl s-', 'openssl s_');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'datagram-servers-'));
  for (const [name, text] of Object.entries({ ...FILES, 'a.grade.yaml': SPEC }))
    writeFileSync(path.join(folder, name), text);
  writeFileSync(path.join(folder, 'empty.txt'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function graded(options: object = {}) {
  let recording: Recording | undefined;
  const spec = path.join(folder, 'a.grade.yaml');
  const submission = path.join(folder, 'empty.txt');
  const report = await grade({ submission, spec, seed: '1', ...options }, (event) => {
    if (event.type === 'recorded') recording = event.recording;
  });
  if (!recording) throw new Error('nothing was recorded');
  return { report, again: await rejudge(recording, { spec }) };
}

test('programs that speak UDP and TLS and that others wrote pass, and pass when judged again', async () => {
  const { report, again } = await graded();
  const right = report.scenarios.map(({ id }) => [id, []]);
  expect(report.scenarios.map(({ id, findings }) => [id, findings])).toEqual(right);
  expect(Object.keys(statuses(report))).toHaveLength(10);
  expect(statuses(again)).toEqual(statuses(report));
});

test('strace sees the same of them as the kernel', async () => {
  const only = ['socketserver', 'ncat', 's-server'];
  const { report } = await graded({ witness: 'strace', only });
  expect(report.scenarios.map(({ findings }) => findings)).toEqual([[], [], []]);
  expect(statuses(report)).toEqual(Object.fromEntries(only.map((id) => [id, 'pass'])));
});
