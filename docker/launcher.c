/*
 * /usr/bin/kata-monitor: becomes the Java runtime that lies beside it, with the flags, the class path and the AOT cache
 * of this application. A shell is not to be had in the image. jpackage's launcher asks rpm and dpkg, twice each start,
 * which package it belongs to: as much CPU as the virtual machine takes to start.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* FOLDER: the descriptor by which the class path is told, see main. */
enum { OWN_ARGUMENTS = 9, FOLDER = 63 };

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

/* The folder that holds bin/kata-monitor, wherever it was installed. */
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

int main(int count, char **arguments) {
  char *root = home();
  char *app = text("%s/lib/app", root);
  char *java = text("%s/lib/runtime/bin/kata-monitor", root);
  /*
   * The AOT cache keeps the class path that it was made with, and the virtual machine looks for it there: 30 ms of CPU for
   * an application that has moved since. This one is found at the same path wherever the application lies.
   */
  int folder = open(app, O_PATH | O_DIRECTORY);
  if (folder < 0 || dup2(folder, FOLDER) < 0) {
    fail(app);
  }
  if (folder != FOLDER) {
    close(folder);
  }
  char **all = calloc(OWN_ARGUMENTS + count + 1, sizeof *all);
  if (all == NULL) {
    fail("memory");
  }
  all[0] = "kata-monitor";
  all[1] = text("@%s/jvm.options", app);
  all[2] = text("-Djava.library.path=%s", app);
  all[3] = text("-XX:AOTCache=%s/kata-monitor.aot", app);
  /* In place of the virtual machine's own way to end, which names no accounts of memory. */
  all[4] = "-XX:-ExitOnOutOfMemoryError";
  all[5] = text("-agentpath:%s/libout-of-memory.so", app);
  all[6] = "-cp";
  all[7] = text("/proc/self/fd/%d/kata-monitor.jar", FOLDER);
  all[8] = "io.katamonitor.KataMonitor";
  for (int i = 1; i < count; i++) {
    all[OWN_ARGUMENTS + i - 1] = arguments[i];
  }
  clean_environment();
  /* Each arena more of the C library's keeps 1 to 4 MiB. */
  setenv("MALLOC_ARENA_MAX", "2", 0);
  execv(java, all);
  fail(java);
}
