// A disk that fails, put before the C library of one process by LD_PRELOAD.
//
// FAILING_DISK_FOLDER  only files below this folder are concerned
// FAILING_DISK_PLAN    a file of five 64-bit numbers that this process shares with the test:
//                      0: how many calls are let through before the first that fails; negative: none fails
//                      1: how many calls fail then, one after the other
//                      2: their errno
//                      3: calls that were seen since the test wrote the plan
//                      4: calls that failed since then
#define _GNU_SOURCE
#include "failing-disk.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static _Atomic int64_t *plan;
static const char *folder;

__attribute__((constructor)) static void open_plan(void) {
    const char *path = getenv("FAILING_DISK_PLAN");
    folder = getenv("FAILING_DISK_FOLDER");
    if (!path || !folder) return;
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) return;
    void *shared = mmap(NULL, failing_disk_plan_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (shared != MAP_FAILED) plan = shared;
}

static int is_concerned(int file) {
    if (!plan || !folder || file < 0) return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t prefix = strlen(folder);
    return length > (ssize_t)prefix && strncmp(path, folder, prefix) == 0 && path[prefix] == '/';
}

// Whether this call is to fail; sets errno then.
static int fails(int file) {
    int before = errno;
    if (!is_concerned(file)) {
        errno = before;
        return 0;
    }
    int64_t number = atomic_fetch_add(&plan[3], 1);
    int64_t first = atomic_load(&plan[0]);
    if (first < 0 || number < first || number >= first + atomic_load(&plan[1])) {
        errno = before;
        return 0;
    }
    atomic_fetch_add(&plan[4], 1);
    errno = (int)atomic_load(&plan[2]);
    return 1;
}

#define NEXT(name) \
    static __typeof__(&name) next; \
    if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t write(int file, const void *bytes, size_t count) {
    NEXT(write);
    return fails(file) ? -1 : next(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
    NEXT(pwrite);
    return fails(file) ? -1 : next(file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
    NEXT(pwrite64);
    return fails(file) ? -1 : next(file, bytes, count, offset);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    NEXT(writev);
    return fails(file) ? -1 : next(file, parts, count);
}

int fsync(int file) {
    NEXT(fsync);
    return fails(file) ? -1 : next(file);
}

int fdatasync(int file) {
    NEXT(fdatasync);
    return fails(file) ? -1 : next(file);
}

int ftruncate(int file, off_t length) {
    NEXT(ftruncate);
    return fails(file) ? -1 : next(file, length);
}

int ftruncate64(int file, off64_t length) {
    NEXT(ftruncate64);
    return fails(file) ? -1 : next(file, length);
}
