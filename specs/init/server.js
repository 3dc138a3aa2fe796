//: about
//: if ends-at-once
process.exit();
//: end
//: if deaf
setTimeout(() => {}, 3_600_000);
//: end
//: if not ends-at-once and not deaf
//: if tcp
const net = require('node:net');

function serve(client) {
//: if one-recv
  client.on('data', (bytes) => {
//: if line
    const line = bytes.toString('latin1').trimEnd();
    client.write(`Hello, ${line}!\n`, 'latin1');
//: end
//: if binary
    const head = Buffer.alloc(2);
    head.writeUInt16BE(Math.max(0, bytes.length - 2));
    client.write(Buffer.concat([head, bytes.subarray(2).reverse()]));
//: end
  });
//: else
  let waiting = Buffer.alloc(0);
  client.on('data', (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
//: if line
    for (let end = waiting.indexOf('\n'); end !== -1; end = waiting.indexOf('\n')) {
      const line = waiting.subarray(0, end).toString('latin1').replace(/\r$/, '');
      waiting = waiting.subarray(end + 1);
//: if sends-nul
      client.write(`Hello, ${line}!\n\0`, 'latin1');
//: else
      client.write(`Hello, ${line}!\n`, 'latin1');
//: end
//: end
//: if binary
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE()) {
      const end = 2 + waiting.readUInt16BE();
      const head = waiting.subarray(0, 2);
      const message = Buffer.from(waiting.subarray(2, end)).reverse();
      waiting = waiting.subarray(end);
//: if sends-nul
      client.write(Buffer.concat([head, message, Buffer.alloc(1)]));
//: else
      client.write(Buffer.concat([head, message]));
//: end
//: end
//: if first-request-only
      client.removeAllListeners('data').resume().end();
      return;
//: end
    }
  });
//: end
  client.on('end', () => client.end());
  client.on('error', () => client.destroy()); // this client is gone; the others are not
}

net.createServer({ allowHalfOpen: true }, serve).listen(Number(process.argv[2]), '127.0.0.1');
//: end
//: if udp
const dgram = require('node:dgram');

const server = dgram.createSocket('udp4');
//: if first-client-only
let first;
//: end
server.on('message', (request, client) => {
//: if line
  const reply = Buffer.from(`Hello, ${request.toString('latin1').trimEnd()}!\n`, 'latin1');
//: end
//: if binary
  const reply = Buffer.from(request).reverse();
//: end
//: if first-client-only
  first ??= client;
  server.send(reply, first.port, first.address);
//: else
//: if sends-nul
  server.send([reply, Buffer.alloc(1)], client.port, client.address);
//: else
  server.send(reply, client.port, client.address);
//: end
//: end
});
server.bind(Number(process.argv[2]), '127.0.0.1');
//: end
//: end
