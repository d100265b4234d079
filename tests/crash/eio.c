/* Lets one sync call fail: number EIO_AFTER below EIO_ROOT returns EIO, and the bytes stay unwritten.
 *
 * A disk that failed once is not believed again, so a process that goes on after it is wrong: what
 * it syncs afterwards is counted in the file EIO_COUNT.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static long syncs;
static int failed;

static int is_below(int descriptor) {
    char self[64], path[PATH_MAX];
    const char *root = getenv("EIO_ROOT");
    snprintf(self, sizeof self, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(self, path, sizeof path - 1);
    if (root == NULL || length < 0) return 0;
    path[length] = 0;
    return strncmp(path, root, strlen(root)) == 0;
}

static void count(void) {
    FILE *file = fopen(getenv("EIO_COUNT"), "a");
    if (file != NULL) {
        fputs(failed ? "after\n" : "before\n", file);
        fclose(file);
    }
}

static int synced(const char *name, int descriptor) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (getenv("EIO_AFTER") == NULL || !is_below(descriptor)) return real(descriptor);
    pthread_mutex_lock(&guard);
    int fails = syncs++ == atol(getenv("EIO_AFTER"));
    if (fails) failed = 1; else count();
    pthread_mutex_unlock(&guard);
    if (fails) {
        errno = EIO;
        return -1;
    }
    return real(descriptor);
}

int fsync(int descriptor) { return synced("fsync", descriptor); }
int fdatasync(int descriptor) { return synced("fdatasync", descriptor); }
