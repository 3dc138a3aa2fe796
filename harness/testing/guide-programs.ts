/** Programs that do what the examples of the documentation ask for, by the title of the assignment. */

const HELLO = `import argparse, socket, threading
options = argparse.ArgumentParser()
options.add_argument("port", nargs="?", type=int)
options.add_argument("--port", dest="named", type=int)
port = options.parse_args().port or options.parse_args().named
server = socket.create_server(("127.0.0.1", port))
while True:
    client, _ = server.accept()
    name = client.makefile().readline().strip()
    client.sendall(f"Hello, {name}!\\n".encode())
    client.close()
`;

const CHAT = `import socket, sys, threading
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
clients, lock = [], threading.Lock()
def serve(client):
    try:
        for line in client.makefile("rb"):
            with lock:
                for other in clients:
                    if other is not client: other.sendall(line)
    except OSError: pass
    with lock: clients.remove(client)
while True:
    client, _ = server.accept()
    with lock: clients.append(client)
    threading.Thread(target=serve, args=(client,), daemon=True).start()
`;

const WEB = `import os, socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    request = b""
    while b"\\r\\n\\r\\n" not in request:
        request += client.recv(4096)
    method, path, _ = request.split(b"\\r\\n")[0].decode().split(" ")
    found = os.path.isfile("www" + path)
    body = open("www" + path, "rb").read() if found else b"no"
    status = "200 OK" if found else "404 Not Found"
    client.sendall(f"HTTP/1.1 {status}\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n".encode())
    if method != "HEAD": client.sendall(body)
    client.close()
`;

const CLIENT = `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(sys.stdin.read().encode())
while data := s.recv(4096):
    print(data.decode(), end="")
`;

const MAILER = `import socket, sys
mail = socket.create_connection((sys.argv[1], int(sys.argv[2]))).makefile("rwb", buffering=0)
mail.readline()
for line in ("EHLO me", "HELO me", "QUIT"):
    mail.write(line.encode() + b"\\r\\n")
    mail.readline()
`;

const SAVER = `import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
with open("out.bin", "wb") as out:
    while data := s.recv(4096):
        out.write(data)
`;

const UPPER = `import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    for line in client.makefile("rb"): client.sendall(line.upper())
    client.close()
`;

const PINGER = `import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
while True:
    data, sender = server.recvfrom(65535)
    server.sendto(data, sender)
`;

const PROXY = `import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    request = b""
    while b"\\r\\n\\r\\n" not in request:
        request += client.recv(4096)
    origin = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
    origin.sendall(request)
    while data := origin.recv(4096):
        client.sendall(data)
    origin.close()
    client.close()
`;

const BINARY = `import json, socket, struct, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    stream = client.makefile("rb")
    kind, number, name = struct.unpack("!HI8s", stream.read(14))
    name = name.rstrip(bytes(1)).decode()
    client.sendall(struct.pack("!HI16s", kind, number + 1, b"hello " + name.encode()))
    length, = struct.unpack("!I", stream.read(4))
    text = stream.read(length).decode()
    answer = json.dumps({"id": int(text.split()[1]), "names": [name, text]}).encode()
    client.sendall(struct.pack("!I", len(answer)) + answer)
    client.close()
`;

const ENCRYPTED = `import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("cert.pem", "key.pem")
server = context.wrap_socket(socket.create_server(("127.0.0.1", int(sys.argv[1]))), server_side=True)
while True:
    client, _ = server.accept()
    while data := client.recv(4096):
        client.sendall(data)
    client.close()
`;

export const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Hello: { 'server.py': HELLO, 'hello.py': HELLO },
  'Early, without stopping': { 'server.py': HELLO },
  'Hello, the evening course': { 'server.py': HELLO },
  Chat: { 'server.py': CHAT },
  'Web server': { 'server.py': WEB },
  'A pinger': { 'server.py': PINGER },
  'A proxy': { 'proxy.py': PROXY },
  'A binary protocol': { 'server.py': BINARY },
  'An encrypted echo': { 'server.py': ENCRYPTED },
  'A client': { 'client.py': CLIENT },
  'A mail client': { 'client.py': MAILER },
  'A client that saves what it gets': { 'client.py': SAVER },
  'Upper case': { 'server.py': UPPER },
};

/** A server that says each text when it is its turn: at once, after a line was received, or after a pause. */
export function script(...acts: readonly (string | 'line' | 'pause' | 'eof')[]): string {
  const lines = acts.map((act) => {
    if (act === 'line') return 'lines.readline()';
    if (act === 'eof') return 'lines.read()';
    if (act === 'pause') return 'time.sleep(1)';
    return `client.sendall(${JSON.stringify(act)}.encode("latin1"))`;
  });
  return `import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    client, _ = server.accept()
    lines = client.makefile("rb")
    ${lines.join('\n    ')}
    lines.close()
    client.close()
`;
}
