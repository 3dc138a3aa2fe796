//: about
//: if ends-at-once
process.exit();
//: end
//: if deaf
setTimeout(() => {}, 3_600_000);
//: end
//: if not ends-at-once and not deaf
const { readSync } = require('node:fs');

const typed = Buffer.alloc(4096);
let length = 0;
while (!typed.subarray(0, length).includes('\n')) {
  const count = readSync(0, typed, { offset: length });
  if (count === 0) break;
  length += count;
}
const name = typed.toString('latin1', 0, length).split(/\r?\n/)[0];
//: if line
const request = [Buffer.from(`${name}\n`, 'latin1')];
//: end
//: if binary and tcp
const head = Buffer.alloc(2);
head.writeUInt16BE(name.length);
const request = [head, Buffer.from(name, 'latin1')];
//: end
//: if binary and udp
const request = [Buffer.from(name, 'latin1')];
//: end
//: if sends-nul
request.push(Buffer.alloc(1));
//: end

function done(reply) {
//: if not shows-nothing
  console.log(reply.toString('latin1').trimEnd());
//: end
  server.destroy?.();
  server.close?.();
}

const [, , host, port] = process.argv;
//: if tcp
const net = require('node:net');

const server = net.connect(Number(port), host);
server.on('connect', () => server.write(Buffer.concat(request)));
//: if one-recv
server.on('data', done);
//: else
let waiting = Buffer.alloc(0);
server.on('data', (bytes) => {
  waiting = Buffer.concat([waiting, bytes]);
//: if line
  if (waiting.includes('\n')) done(waiting.subarray(0, waiting.indexOf('\n')));
//: end
//: if binary
  if (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE()) done(waiting.subarray(2, 2 + waiting.readUInt16BE()));
//: end
});
//: end
server.on('end', () => {
  process.exitCode = 1;
});
server.on('error', (error) => {
  console.error(error.message);
//: if not hides-failure
  process.exitCode = 1;
//: end
});
//: end
//: if udp
const dgram = require('node:dgram');

const server = dgram.createSocket('udp4');
server.on('message', done);
server.send(request, Number(port), host);
//: end
//: end
