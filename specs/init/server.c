//: about
//: if line
#define _GNU_SOURCE
//: end
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check(int result, const char *what) {
    if (result < 0) {
        perror(what);
        exit(1);
    }
}
//: if tcp
//: if not one-recv and binary

static int receive_all(int client, void *buffer, size_t length) {
    return recv(client, buffer, length, MSG_WAITALL) == (ssize_t)length;
}
//: end

static int send_all(int client, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);
        if (sent < 0) return 0;
        bytes += sent;
        length -= sent;
    }
    return 1;
}

static void serve(int client) {
//: if line
//: if one-recv
    static char line[4096];
    for (ssize_t length; (length = recv(client, line, sizeof line - 1, 0)) > 0;) {
        line[length] = 0;
//: else
    FILE *lines = fdopen(dup(client), "r");
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, lines) > 0) {
//: end
        char *reply;
        line[strcspn(line, "\r\n")] = 0;
        int length = asprintf(&reply, "Hello, %s!\n", line);
//: if sends-nul
        int sent = send_all(client, reply, length + 1);
//: else
        int sent = send_all(client, reply, length);
//: end
        free(reply);
//: if first-request-only
        return;
//: end
        if (!sent) return;
    }
//: end
//: if binary
    static char message[2 + 65536];
    uint16_t length;
//: if one-recv
    for (ssize_t got; (got = recv(client, message, 65536, 0)) > 2;) {
        length = htons(got - 2);
        char *text = message + 2;
//: else
    char *text = message + 2;
    while (receive_all(client, &length, 2) && receive_all(client, text, ntohs(length))) {
//: end
        memcpy(message, &length, 2);
        for (int from = 0, to = ntohs(length) - 1; from < to; from++, to--) {
            char other = text[from];
            text[from] = text[to];
            text[to] = other;
        }
//: if sends-nul
        text[ntohs(length)] = 0;
        if (!send_all(client, message, 2 + ntohs(length) + 1)) return;
//: else
        if (!send_all(client, message, 2 + ntohs(length))) return;
//: end
//: if first-request-only
        return;
//: end
    }
//: end
}
//: end

int main(int argc, char **argv) {
    if (argc != 2) return 2;
//: if ends-at-once
    return 0;
//: end
//: if deaf
    sleep(3600);
//: end
//: if tcp
    int server = socket(AF_INET, SOCK_STREAM, 0);
    check(server, "socket");
//: if not no-reuse-address
    check(setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), "setsockopt");
//: end
//: end
//: if udp
    int server = socket(AF_INET, SOCK_DGRAM, 0);
    check(server, "socket");
//: end
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(server, (struct sockaddr *)&address, sizeof address), "bind");
//: if tcp
    check(listen(server, 16), "listen");
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int client = accept(server, NULL, NULL);
        check(client, "accept");
        pid_t child = fork();
        check(child, "fork");
        if (child == 0) {
            close(server);
            serve(client);
            exit(0);
        }
        close(client);
    }
//: end
//: if udp
//: if first-client-only
    struct sockaddr_in first = {0};
//: end
    for (;;) {
        static char request[65536], reply[65536 + 16];
        struct sockaddr_in client;
        socklen_t size = sizeof client;
        ssize_t length = recvfrom(server, request, sizeof request - 1, 0, (struct sockaddr *)&client, &size);
        check(length, "recvfrom");
//: if first-client-only
        if (first.sin_port == 0) first = client;
        client = first;
//: end
//: if line
        request[length] = 0;
        request[strcspn(request, "\r\n")] = 0;
        length = sprintf(reply, "Hello, %s!\n", request);
//: end
//: if binary
        for (ssize_t at = 0; at < length; at++) reply[at] = request[length - 1 - at];
//: end
//: if sends-nul
        reply[length++] = 0;
//: end
        check(sendto(server, reply, length, 0, (struct sockaddr *)&client, size), "sendto");
    }
//: end
}
