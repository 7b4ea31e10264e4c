// A disk that fails, below a process that does not know: loaded before the C library (LD_PRELOAD), it lets writes and flushes of files below
// one folder fail as a plan says. What else the process writes, its sockets and pipes for example, is not touched.
//
//   FAILING_DISK_FOLDER   the folder, absolute
//   FAILING_DISK_PLAN     a file of five 64-bit numbers in the machine's order, shared with whoever makes the plan
//
// The plan may change at any time. Each write or flush of the folder adds one to `seen`; then those from the `after`-th on, `count` of them,
// fail with `error` (an errno) and add one to `failed`. A `count` of 0 heals the disk.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

struct plan {
    int64_t after;
    int64_t count;
    int64_t error;
    int64_t seen;
    int64_t failed;
};

static struct plan *plan;
static char folder[PATH_MAX];
static size_t folder_length;

static void read_environment(void) __attribute__((constructor));

static void read_environment(void) {
    const char *folder_name = getenv("FAILING_DISK_FOLDER");
    const char *plan_name = getenv("FAILING_DISK_PLAN");
    if (!folder_name || !plan_name || strlen(folder_name) >= sizeof folder) return;
    strcpy(folder, folder_name);
    folder_length = strlen(folder);
    int descriptor = open(plan_name, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return;
    void *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    close(descriptor);
    if (mapped != MAP_FAILED) plan = mapped;
}

// Whether this call has to fail; errno is set then.
static int fails(int descriptor) {
    if (!plan) return 0;
    int saved = errno;
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = saved;
    if (length < 0 || (size_t)length <= folder_length || memcmp(path, folder, folder_length) || path[folder_length] != '/') return 0;
    int64_t number = __atomic_add_fetch(&plan->seen, 1, __ATOMIC_SEQ_CST);
    int64_t after = __atomic_load_n(&plan->after, __ATOMIC_SEQ_CST);
    int64_t count = __atomic_load_n(&plan->count, __ATOMIC_SEQ_CST);
    // Without an addition, which would overflow when the disk is to fail for ever.
    if (count == 0 || number < after || number - after >= count) return 0;
    __atomic_add_fetch(&plan->failed, 1, __ATOMIC_SEQ_CST);
    errno = (int)__atomic_load_n(&plan->error, __ATOMIC_SEQ_CST);
    return 1;
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int descriptor, const void *bytes, size_t count) {
    return fails(descriptor) ? -1 : NEXT(write)(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    return fails(descriptor) ? -1 : NEXT(pwrite)(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
    return fails(descriptor) ? -1 : NEXT(pwrite64)(descriptor, bytes, count, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    return fails(descriptor) ? -1 : NEXT(writev)(descriptor, parts, count);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return fails(descriptor) ? -1 : NEXT(pwritev)(descriptor, parts, count, offset);
}

int fsync(int descriptor) {
    return fails(descriptor) ? -1 : NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor) {
    return fails(descriptor) ? -1 : NEXT(fdatasync)(descriptor);
}

int ftruncate(int descriptor, off_t length) {
    return fails(descriptor) ? -1 : NEXT(ftruncate)(descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) {
    return fails(descriptor) ? -1 : NEXT(ftruncate64)(descriptor, length);
}
