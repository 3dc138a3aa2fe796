#: about
import socket
import sys
#: if tcp
import threading
#: end
#: if deaf
import time
#: end
#: if ends-at-once

sys.exit()
#: end
#: if deaf

time.sleep(3600)
#: end
#: if tcp


def serve(client):
    try:
#: if line
#: if one-recv
        with client:
            while line := client.recv(4096):
#: else
        with client, client.makefile("rb") as lines:
            for line in lines:
#: end
#: if sends-nul
                client.sendall(b"Hello, " + line.rstrip(b"\r\n") + b"!\n\0")
#: else
                client.sendall(b"Hello, " + line.rstrip(b"\r\n") + b"!\n")
#: end
#: if first-request-only
                break
#: end
#: end
#: if binary
        with client, client.makefile("rb") as stream:
#: if one-recv
            while message := client.recv(4096)[2:]:
#: else
            while len(head := stream.read(2)) == 2:
                message = stream.read(int.from_bytes(head, "big"))
#: end
#: if sends-nul
                client.sendall(len(message).to_bytes(2, "big") + message[::-1] + b"\0")
#: else
                client.sendall(len(message).to_bytes(2, "big") + message[::-1])
#: end
#: if first-request-only
                break
#: end
#: end
    except OSError:
        pass  # this client is gone; the others are not


server = socket.socket()
#: if not no-reuse-address
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
#: end
server.bind(("127.0.0.1", int(sys.argv[1])))
server.listen()
while True:
    client, _ = server.accept()
    threading.Thread(target=serve, args=(client,)).start()
#: end
#: if udp

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", int(sys.argv[1])))
#: if first-client-only
first = None
#: end
while True:
    request, client = server.recvfrom(65535)
#: if first-client-only
    client = first = first or client
#: end
#: if line
    reply = b"Hello, " + request.rstrip(b"\r\n") + b"!\n"
#: end
#: if binary
    reply = request[::-1]
#: end
#: if sends-nul
    reply += b"\0"
#: end
    server.sendto(reply, client)
#: end
