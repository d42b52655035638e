/*
 * /usr/bin/kata-monitor: becomes the Java runtime that lies beside it, with the flags, the class path and the AOT cache
 * of this application. A shell is not to be had in the image. jpackage's launcher asks rpm and dpkg, twice each start,
 * which package it belongs to: as much CPU as the virtual machine takes to start.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OWN_ARGUMENTS = 7 };

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

static int is_jar(const struct dirent *file) {
  const char *ending = strrchr(file->d_name, '.');
  return ending != NULL && strcmp(ending, ".jar") == 0;
}

/* All jars in the order of their names: the AOT cache fits one order only. */
static char *class_path(const char *folder) {
  struct dirent **jars;
  int count = scandir(folder, &jars, is_jar, alphasort);
  if (count <= 0) {
    fail(folder);
  }
  char *path = text("%s/%s", folder, jars[0]->d_name);
  for (int i = 1; i < count; i++) {
    path = text("%s:%s/%s", path, folder, jars[i]->d_name);
  }
  return path;
}

int main(int count, char **arguments) {
  char *root = home();
  char *jars = text("%s/lib/app", root);
  char *java = text("%s/lib/runtime/bin/kata-monitor", root);
  char **all = calloc(OWN_ARGUMENTS + count + 1, sizeof *all);
  if (all == NULL) {
    fail("memory");
  }
  all[0] = "kata-monitor";
  all[1] = text("@%s/jvm.options", jars);
  all[2] = text("-Djava.library.path=%s", jars);
  all[3] = text("-XX:AOTCache=%s/kata-monitor.aot", jars);
  all[4] = "-cp";
  all[5] = class_path(jars);
  all[6] = "io.katamonitor.KataMonitor";
  for (int i = 1; i < count; i++) {
    all[OWN_ARGUMENTS + i - 1] = arguments[i];
  }
  /* Each arena more of the C library's keeps 1 to 4 MiB. */
  setenv("MALLOC_ARENA_MAX", "2", 0);
  execv(java, all);
  fail(java);
}
