/*
 * /usr/bin/kata-monitor: executes the bundled Java runtime with the flags, the class path and the AOT cache of this
 * application; for "kata-monitor top" with the flags of a small program. A C program, because the image has no shell.
 * jpackage's launcher runs rpm and dpkg twice at each start to find its package, which takes as much CPU as the start
 * of the JVM.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* FOLDER: the descriptor used in the class path, see main. */
enum { OWN_ARGUMENTS = 10, FOLDER = 63 };

/*
 * Maximum memory of "kata-monitor top" with its heap of 16 MiB and the largest table (85 MiB resident, 41 of them
 * anonymous, at 2,000 sandboxes), and the memory left for the monitor in whose container it may run, which an OOM kill
 * could hit.
 */
enum { TOP_MIB = 88, SPARE_MIB = 32 };
static const unsigned long long MIB = 1024 * 1024;

static void fail(const char *what) {
  fprintf(stderr, "kata-monitor cannot start: %s: %s\n", what, strerror(errno));
  exit(1);
}

static char *text(const char *format, ...) {
  char *made;
  va_list parts;
  va_start(parts, format);
  if (vasprintf(&made, format, parts) < 0) {
    fail("memory");
  }
  va_end(parts);
  return made;
}

/* The directory that contains bin/kata-monitor, independent of where it was installed. */
static char *home(void) {
  static char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length < 0) {
    fail("/proc/self/exe");
  }
  path[length] = 0;
  for (int i = 0; i < 2; i++) {
    *strrchr(path, '/') = 0;
  }
  return path;
}

/* The number in a file of a control group; ULLONG_MAX if there is none, or "max". */
static unsigned long long number(const char *folder, const char *name) {
  char *path = text("%s/%s", folder, name);
  FILE *file = fopen(path, "re");
  unsigned long long value = ULLONG_MAX;
  if (file != NULL) {
    if (fscanf(file, "%llu", &value) != 1) {
      value = ULLONG_MAX;
    }
    fclose(file);
  }
  free(path);
  return value;
}

/* The least that is free in a control group and those above it: limit less usage. */
static unsigned long long free_below(const char *mount, char *group, const char *limit_name, const char *usage_name) {
  unsigned long long least = ULLONG_MAX;
  for (;;) {
    char *folder = text("%s%s", mount, group);
    unsigned long long limit = number(folder, limit_name);
    unsigned long long usage = number(folder, usage_name);
    free(folder);
    if (limit != ULLONG_MAX && usage != ULLONG_MAX) {
      unsigned long long left = limit > usage ? limit - usage : 0;
      least = left < least ? left : least;
    }
    char *slash = strrchr(group, '/');
    if (slash == NULL) {
      return least;
    }
    *slash = 0;
  }
}

/*
 * Free memory of this process's control group, in bytes. In a container the group's path may be that of the host, of which
 * only the end is mounted: what does not exist is skipped on the way up to the mount, which is the container's own group.
 */
static unsigned long long free_memory(void) {
  unsigned long long least = ULLONG_MAX;
  char line[PATH_MAX + 256];
  FILE *groups = fopen("/proc/self/cgroup", "re");
  if (groups == NULL) {
    return least;
  }
  while (fgets(line, sizeof line, groups) != NULL) {
    line[strcspn(line, "\n")] = 0;
    char *names = strchr(line, ':');
    char *group = names == NULL ? NULL : strchr(names + 1, ':');
    if (group == NULL) {
      continue;
    }
    *group++ = 0;
    unsigned long long left = ULLONG_MAX;
    if (names[1] == 0) {
      left = free_below("/sys/fs/cgroup", group, "memory.max", "memory.current");
    } else if (strcmp(names + 1, "memory") == 0) {
      left = free_below("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes", "memory.usage_in_bytes");
    }
    least = left < least ? left : least;
  }
  fclose(groups);
  return least;
}

static void refuse_without_memory(void) {
  unsigned long long left = free_memory();
  if (left < (TOP_MIB + SPARE_MIB) * MIB) {
    fprintf(stderr,
            "kata-monitor top: %llu MiB of memory are free in this container, and it needs %d: "
            "run it outside, with --url.\n",
            left / MIB, TOP_MIB + SPARE_MIB);
    exit(1);
  }
}

/*
 * Forgets what would change the runtime or the log: another agent or heap, a line on standard error ("Picked up ..."),
 * a log that waits for its reader. log4j puts its variables, LOG4J_..., before the application's own settings.
 */
static void clean_environment(void) {
  static const char prefix[] = "LOG4J_";
  unsetenv("JAVA_TOOL_OPTIONS");
  unsetenv("JDK_JAVA_OPTIONS");
  unsetenv("_JAVA_OPTIONS");
  for (char **variable = environ; *variable != NULL;) {
    size_t name = strcspn(*variable, "=");
    if (strncmp(*variable, prefix, sizeof prefix - 1) == 0 && unsetenv(strndup(*variable, name)) == 0) {
      variable = environ;
    } else {
      variable++;
    }
  }
}

/* The runtime cannot start, with a stack trace, where the working directory was deleted. */
static void leave_deleted_directory(void) {
  char *directory = getcwd(NULL, 0);
  if (directory == NULL && chdir("/") != 0) {
    fail("the working directory");
  }
  free(directory);
}

/* With less the runtime ends with hundreds of lines: it reserves 1.3 GiB of addresses, most of which it never uses. */
static void refuse_small_limit(int resource, unsigned mib, const char *name) {
  struct rlimit limit;
  if (getrlimit(resource, &limit) == 0 && limit.rlim_cur < mib * MIB) {
    errno = ENOMEM;
    fail(text("the limit of %s is below %u MiB", name, mib));
  }
}

int main(int count, char **arguments) {
  char *root = home();
  leave_deleted_directory();
  refuse_small_limit(RLIMIT_AS, 1536, "the address space (ulimit -v)");
  refuse_small_limit(RLIMIT_DATA, 128, "data (ulimit -d)");
  char *app = text("%s/lib/app", root);
  char *java = text("%s/lib/runtime/bin/kata-monitor", root);
  /*
   * The AOT cache keeps the class path that it was made with, and the virtual machine looks for it there: 30 ms of CPU for
   * an application that has moved since. This one is found at the same path wherever the application lies.
   */
  int folder = open(app, O_PATH | O_DIRECTORY);
  if (folder < 0) {
    fail(app);
  }
  if (dup2(folder, FOLDER) < 0) {
    errno = EMFILE; /* EBADF: beyond the limit of open files. */
    fail("the limit of open files (nofile) is below 64");
  }
  if (folder != FOLDER) {
    close(folder);
  }
  int is_top = count > 1 && strcmp(arguments[1], "top") == 0;
  if (is_top) {
    refuse_without_memory();
  }
  char **all = calloc(OWN_ARGUMENTS + count + 1, sizeof *all);
  if (all == NULL) {
    fail("memory");
  }
  int next = 0;
  all[next++] = "kata-monitor";
  all[next++] = text("@%s/jvm.options", app);
  all[next++] = text("-Djava.library.path=%s", app);
  all[next++] = text("-XX:AOTCache=%s/kata-monitor.aot", app);
  if (is_top) {
    all[next++] = text("@%s/top.options", app);
  } else {
    /* In place of the virtual machine's own way to end, which names no accounts of memory. */
    all[next++] = "-XX:-ExitOnOutOfMemoryError";
    all[next++] = text("-agentpath:%s/libout-of-memory.so", app);
  }
  all[next++] = "-cp";
  all[next++] = text("/proc/self/fd/%d/kata-monitor.jar", FOLDER);
  all[next++] = "io.katamonitor.KataMonitor";
  for (int i = 1; i < count; i++) {
    all[next++] = arguments[i];
  }
  clean_environment();
  /* Each arena more of the C library's keeps 1 to 4 MiB. */
  setenv("MALLOC_ARENA_MAX", "2", 0);
  execv(java, all);
  fail(java);
}
