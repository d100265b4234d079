/* Remembers what a power cut would leave, and makes the cut.
 *
 * Preloaded into a process that works below POWERCUT_ROOT. The disk after a cut is kept in
 * POWERCUT_SHADOW: the content of each file as of its last fsync or fdatasync (inodes/<number>),
 * and the names of each folder as of that folder's last fsync (folders/<number>). So a name is
 * durable only after its folder was synced (strict), and a renamed file that was never synced
 * is empty. Every inode seen is pinned by a hard link, so that its number is not given again.
 *
 * The sync call number POWERCUT_AFTER does not happen: the process is killed in its place.
 * Without the variable nothing is cut and only the shadow is kept.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static long syncs;

static int (*real(const char *name))(int) { return (int (*)(int))dlsym(RTLD_NEXT, name); }

static void broken(const char *what) {
    fprintf(stderr, "powercut: %s: %s\n", what, strerror(errno));
    abort();
}

static void pin(const char *path, ino_t number) {
    char place[PATH_MAX];
    snprintf(place, sizeof place, "%s/pins/%lu", getenv("POWERCUT_SHADOW"), (unsigned long)number);
    if (link(path, place) != 0 && errno != EEXIST && errno != ENOENT) broken(path);
}

static void keep_content(const char *path, int descriptor, const struct stat *status) {
    char place[PATH_MAX], fresh[PATH_MAX + 8], self[64], buffer[1 << 16];
    ssize_t got;
    pin(path, status->st_ino);
    snprintf(place, sizeof place, "%s/inodes/%lu", getenv("POWERCUT_SHADOW"), (unsigned long)status->st_ino);
    snprintf(fresh, sizeof fresh, "%s.new", place);
    snprintf(self, sizeof self, "/proc/self/fd/%d", descriptor);
    int from = open(self, O_RDONLY | O_CLOEXEC);
    int to = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (from < 0 || to < 0) broken(path);
    while ((got = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, got) != got) broken(fresh);
    if (got < 0) broken(path);
    close(from);
    close(to);
    if (rename(fresh, place) != 0) broken(place);
}

static void keep_names(const char *path, const struct stat *status) {
    char place[PATH_MAX], fresh[PATH_MAX + 8], inside[PATH_MAX * 2];
    struct dirent *entry;
    struct stat found;
    snprintf(place, sizeof place, "%s/folders/%lu", getenv("POWERCUT_SHADOW"), (unsigned long)status->st_ino);
    snprintf(fresh, sizeof fresh, "%s.new", place);
    FILE *to = fopen(fresh, "we");
    DIR *folder = opendir(path);
    if (to == NULL || folder == NULL) broken(path);
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        if (lstat(inside, &found) != 0) continue;
        if (S_ISREG(found.st_mode)) pin(inside, found.st_ino);
        fprintf(to, "%c %lu %s\n", S_ISDIR(found.st_mode) ? 'd' : 'f', (unsigned long)found.st_ino, entry->d_name);
    }
    closedir(folder);
    if (fclose(to) != 0 || rename(fresh, place) != 0) broken(place);
}

/* Keeps what a sync of the descriptor makes durable, or cuts the power instead. */
static void keep(int descriptor) {
    char self[64], path[PATH_MAX];
    const char *root = getenv("POWERCUT_ROOT"), *after = getenv("POWERCUT_AFTER");
    struct stat status;
    snprintf(self, sizeof self, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(self, path, sizeof path - 1);
    if (root == NULL || length < 0) return;
    path[length] = '\0';
    if (strncmp(path, root, strlen(root)) != 0) return;
    pthread_mutex_lock(&guard);
    if (after != NULL && ++syncs > atol(after)) kill(getpid(), SIGKILL);
    if (fstat(descriptor, &status) != 0) broken(path);
    if (S_ISDIR(status.st_mode)) keep_names(path, &status);
    else keep_content(path, descriptor, &status);
    pthread_mutex_unlock(&guard);
}

int fsync(int descriptor) {
    static int (*next)(int);
    if (next == NULL) next = real("fsync");
    keep(descriptor);
    return getenv("POWERCUT_ROOT") ? 0 : next(descriptor);
}

int fdatasync(int descriptor) {
    static int (*next)(int);
    if (next == NULL) next = real("fdatasync");
    keep(descriptor);
    return getenv("POWERCUT_ROOT") ? 0 : next(descriptor);
}
