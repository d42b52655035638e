/*
 * What reading cgroup files costs at least: opens, reads and closes each of the files that a list names, one after the
 * other, with one buffer. Prints the CPU time of each round in nanoseconds.
 *
 *   cgroups LIST ROUNDS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long cpu_nanos(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000L + time.tv_nsec;
}

int main(int argc, char **argv) {
  char line[4096];
  char buffer[16384];
  char **paths = NULL;
  int count = 0;
  FILE *list = argc == 3 ? fopen(argv[1], "r") : NULL;
  if (list == NULL) {
    fprintf(stderr, "Usage: cgroups LIST ROUNDS\n");
    return 2;
  }
  while (fgets(line, sizeof line, list) != NULL) {
    line[strcspn(line, "\n")] = 0;
    paths = realloc(paths, (count + 1) * sizeof *paths);
    paths[count++] = strdup(line);
  }
  fclose(list);
  for (int rounds = atoi(argv[2]); rounds > 0; rounds--) {
    long before = cpu_nanos();
    for (int i = 0; i < count; i++) {
      int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
      if (fd < 0 || read(fd, buffer, sizeof buffer) <= 0) {
        perror(paths[i]);
        return 1;
      }
      close(fd);
    }
    printf("%ld\n", cpu_nanos() - before);
  }
  return 0;
}
