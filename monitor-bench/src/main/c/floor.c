/*
 * The floor: what no monitor can go below. For each HTTP request it connects to every shim below the storage roots
 * given, reads all their bytes by epoll, HTTP framing and all, and sends them to the client unchanged. No parsing, no
 * labels, no order. Its buffers are kept from scrape to scrape, which saves the page faults.
 *
 *   floor PORT ROOT...
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum { INITIAL_ROOM = 128 * 1024, BATCH = 64 };

static const char REQUEST[] = "GET /metrics HTTP/1.1\r\nHost: shim\r\nConnection: close\r\n\r\n";

struct shim {
  struct sockaddr_un address;
  int fd;
  char *bytes;
  size_t length;
  size_t room;
};

static struct shim *shims;
static int shim_count;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void list(const char *root) {
  DIR *directory = opendir(root);
  struct dirent *entry;
  if (directory == NULL) {
    return;
  }
  while ((entry = readdir(directory)) != NULL) {
    if (entry->d_name[0] == '.') {
      continue;
    }
    shims = realloc(shims, (shim_count + 1) * sizeof *shims);
    struct shim *shim = &shims[shim_count++];
    memset(shim, 0, sizeof *shim);
    shim->address.sun_family = AF_UNIX;
    if (snprintf(shim->address.sun_path, sizeof shim->address.sun_path, "%s/%s/shim-monitor.sock", root,
                 entry->d_name) >= (int)sizeof shim->address.sun_path) {
      shim_count--;
    }
  }
  closedir(directory);
}

static void ask(struct shim *shim, int epoll) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = shim};
  shim->length = 0;
  if (shim->bytes == NULL) {
    shim->room = INITIAL_ROOM;
    shim->bytes = malloc(shim->room);
  }
  shim->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (shim->fd < 0 || connect(shim->fd, (struct sockaddr *)&shim->address, sizeof shim->address) < 0 ||
      write(shim->fd, REQUEST, sizeof REQUEST - 1) != sizeof REQUEST - 1 ||
      epoll_ctl(epoll, EPOLL_CTL_ADD, shim->fd, &event) < 0) {
    fail(shim->address.sun_path);
  }
}

/* Reads what is there; returns 1 at the end. */
static int read_some(struct shim *shim) {
  for (;;) {
    if (shim->length == shim->room) {
      shim->room *= 2;
      shim->bytes = realloc(shim->bytes, shim->room);
    }
    size_t wanted = shim->room - shim->length;
    ssize_t got = read(shim->fd, shim->bytes + shim->length, wanted);
    if (got > 0) {
      shim->length += got;
      if ((size_t)got < wanted) {
        return 0;
      }
    } else if (got < 0 && errno == EAGAIN) {
      return 0;
    } else {
      close(shim->fd);
      return 1;
    }
  }
}

static void collect(int epoll) {
  struct epoll_event events[BATCH];
  for (int i = 0; i < shim_count; i++) {
    ask(&shims[i], epoll);
  }
  for (int left = shim_count; left > 0;) {
    int ready = epoll_wait(epoll, events, BATCH, -1);
    for (int i = 0; i < ready; i++) {
      left -= read_some(events[i].data.ptr);
    }
  }
}

static void send_all(int client) {
  char head[128];
  size_t total = 0;
  for (int i = 0; i < shim_count; i++) {
    total += shims[i].length;
  }
  int length =
      snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", total);
  if (write(client, head, length) != length) {
    return;
  }
  for (int i = 0; i < shim_count;) {
    struct iovec parts[BATCH];
    int count = 0;
    size_t size = 0;
    while (count < BATCH && i < shim_count) {
      parts[count].iov_base = shims[i].bytes;
      parts[count++].iov_len = shims[i].length;
      size += shims[i++].length;
    }
    for (int first = 0; size > 0;) {
      ssize_t sent = writev(client, parts + first, count - first);
      if (sent <= 0) {
        return;
      }
      size -= sent;
      while (first < count && (size_t)sent >= parts[first].iov_len) {
        sent -= parts[first++].iov_len;
      }
      if (first < count) {
        parts[first].iov_base = (char *)parts[first].iov_base + sent;
        parts[first].iov_len -= sent;
      }
    }
  }
}

/* Reads up to the blank line; nothing of the request matters. */
static int read_request(int client) {
  char request[4096];
  size_t length = 0;
  while (length < sizeof request - 1) {
    ssize_t got = read(client, request + length, sizeof request - 1 - length);
    if (got <= 0) {
      return 0;
    }
    length += got;
    request[length] = 0;
    if (strstr(request, "\r\n\r\n") != NULL) {
      return 1;
    }
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count < 3) {
    fprintf(stderr, "Usage: floor PORT ROOT...\n");
    return 2;
  }
  for (int i = 2; i < count; i++) {
    list(arguments[i]);
  }
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons(atoi(arguments[1])),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  int reuse = 1;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  int epoll = epoll_create1(0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 64) < 0) {
    fail("listen");
  }
  for (;;) {
    int client = accept(listener, NULL, NULL);
    if (client < 0) {
      fail("accept");
    }
    if (read_request(client)) {
      collect(epoll);
      send_all(client);
    }
    close(client);
  }
}
