/*
 * lib/app/libout-of-memory.so, an agent of the virtual machine: ends the process when the Java heap or another resource of
 * the virtual machine is exhausted, on the thread that would get the OutOfMemoryError and before any code could catch it.
 * OutOfMemoryExit, which has reserved memory, writes a line to standard error; if it cannot, a shorter one is
 * written here. Exit code 3, as that of -XX:+ExitOnOutOfMemoryError, which prints to standard output.
 */
#include <jvmti.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { CODE = 3 };

static const char TYPE[] = "io/katamonitor/memory/OutOfMemoryExit";
static const char LINE[] = "level=fatal msg=\"out of memory: the process ends\"\n";

static jclass type;
static jmethodID method;
static int entered;

static void write_line(void) {
  struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
  /* Only if it does not block, as when standard error is not read. */
  if (poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0) {
    ssize_t unused = write(STDERR_FILENO, LINE, sizeof LINE - 1);
    (void)unused;
  }
}

static void JNICALL exhausted(jvmtiEnv *jvmti, JNIEnv *jni, jint flags, const void *reserved, const char *description) {
  (void)jvmti;
  (void)reserved;
  (void)description;
  if ((flags & JVMTI_RESOURCE_EXHAUSTED_OOM_ERROR) == 0) {
    return;
  }
  if (__atomic_exchange_n(&entered, 1, __ATOMIC_SEQ_CST) != 0) {
    /* Another thread is ending the process, or waits for this one to make the line. */
    return;
  }
  jboolean written = type != NULL && (*jni)->CallStaticBooleanMethod(jni, type, method, flags);
  if (!written || (*jni)->ExceptionCheck(jni)) {
    write_line();
  }
  _exit(CODE);
}

/* The application's classes can be found from here on. */
static void JNICALL started(jvmtiEnv *jvmti, JNIEnv *jni, jthread thread) {
  (void)jvmti;
  (void)thread;
  jclass found = (*jni)->FindClass(jni, TYPE);
  if (found != NULL) {
    method = (*jni)->GetStaticMethodID(jni, found, "exhausted", "(I)Z");
  }
  if (method != NULL) {
    type = (*jni)->NewGlobalRef(jni, found);
  }
  (*jni)->ExceptionClear(jni);
}

JNIEXPORT jint JNICALL Agent_OnLoad(JavaVM *vm, char *options, void *reserved) {
  (void)options;
  (void)reserved;
  jvmtiEnv *jvmti;
  if ((*vm)->GetEnv(vm, (void **)&jvmti, JVMTI_VERSION_1_2) != JNI_OK) {
    return JNI_ERR;
  }
  jvmtiCapabilities needed;
  memset(&needed, 0, sizeof needed);
  needed.can_generate_resource_exhaustion_heap_events = 1;
  needed.can_generate_resource_exhaustion_threads_events = 1;
  jvmtiEventCallbacks callbacks;
  memset(&callbacks, 0, sizeof callbacks);
  callbacks.ResourceExhausted = exhausted;
  callbacks.VMInit = started;
  if ((*jvmti)->AddCapabilities(jvmti, &needed) != JVMTI_ERROR_NONE
      || (*jvmti)->SetEventCallbacks(jvmti, &callbacks, sizeof callbacks) != JVMTI_ERROR_NONE
      || (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_RESOURCE_EXHAUSTED, NULL) != JVMTI_ERROR_NONE
      || (*jvmti)->SetEventNotificationMode(jvmti, JVMTI_ENABLE, JVMTI_EVENT_VM_INIT, NULL) != JVMTI_ERROR_NONE) {
    return JNI_ERR;
  }
  return JNI_OK;
}
