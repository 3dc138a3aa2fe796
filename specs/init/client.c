//: about
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
//: if ends-at-once
    return 0;
//: end
//: if deaf
    sleep(3600);
//: end
    char name[4096], request[4200], reply[65536];
    if (!fgets(name, sizeof name, stdin)) return 1;
    name[strcspn(name, "\r\n")] = 0;
//: if line
    size_t length = sprintf(request, "%s\n", name);
//: end
//: if binary and tcp
    uint16_t head = htons(strlen(name));
    memcpy(request, &head, 2);
    size_t length = 2 + sprintf(request + 2, "%s", name);
//: end
//: if binary and udp
    size_t length = sprintf(request, "%s", name);
//: end
//: if sends-nul
    request[length++] = 0;
//: end

    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2]))};
    if (inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) return 2;
//: if tcp
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server < 0) fail("socket");
//: if hides-failure
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) return 0;
//: else
    if (connect(server, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
//: end
    if (send(server, request, length, 0) < 0) fail("send");
    size_t got = 0;
//: if one-recv
    ssize_t part = recv(server, reply, sizeof reply - 1, 0);
    if (part > 0) got = part;
//: else
//: if line
    while (got < sizeof reply - 1 && !memchr(reply, '\n', got)) {
        ssize_t part = recv(server, reply + got, sizeof reply - 1 - got, 0);
        if (part <= 0) break;
        got += part;
    }
//: end
//: if binary
    if (recv(server, &head, 2, MSG_WAITALL) == 2) {
        ssize_t part = recv(server, reply, ntohs(head), MSG_WAITALL);
        if (part > 0) got = part;
    }
//: end
//: end
//: end
//: if udp
    int server = socket(AF_INET, SOCK_DGRAM, 0);
    if (server < 0) fail("socket");
    if (sendto(server, request, length, 0, (struct sockaddr *)&address, sizeof address) < 0) fail("sendto");
    ssize_t got = recv(server, reply, sizeof reply - 1, 0);
    if (got < 0) fail("recv");
//: end
    if (got == 0) {
        fprintf(stderr, "no reply\n");
        return 1;
    }
    reply[got] = 0;
    reply[strcspn(reply, "\r\n")] = 0;
//: if not shows-nothing
    printf("%s\n", reply);
//: end
}
