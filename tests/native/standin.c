/* The daemon's side of one shared-memory connection, with the semaphores of the C library that this file is compiled
 * against. It needs only libc. protocol-docs/handshake.md, shared-memory-rings.md and semaphore.md.
 *
 * With -DMUSL_BIT it has the newer musl's semaphores, with any C library.
 *
 * Usage: standin NAME DIRECTORY DELAY_US COUNT
 * Listens at the abstract address NAME and makes the rings in DIRECTORY. Answers COUNT requests, each DELAY_US after it
 * arrived (0: at once), and sends an event with each answer. At the end it prints one line: how many answers met a
 * registered waiter, how many met a marked value, and the semaphores' values and numbers of waiters.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#ifdef MUSL_BIT
/* musl's algorithm from 1.2.4 on, for machines without such a musl. Bit 31 of the value marks a waiter. */
#include <linux/futex.h>
#include <sys/syscall.h>
static int bit_init(sem_t *s) { memset(s, 0, sizeof *s); return 0; }
static int bit_getvalue(sem_t *s, int *v) { *v = *(volatile int *)s & 0x7fffffff; return 0; }
static int bit_trywait(sem_t *s) {
    int *value = (int *)s, seen = __atomic_load_n(value, __ATOMIC_SEQ_CST);
    while (seen & 0x7fffffff)
        if (__atomic_compare_exchange_n(value, &seen, seen - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return 0;
    return -1;
}
static int bit_post(sem_t *s) {
    int *value = (int *)s, *waiters = value + 1, seen = __atomic_load_n(value, __ATOMIC_SEQ_CST), next, count;
    do {
        count = __atomic_load_n(waiters, __ATOMIC_SEQ_CST);
        if ((seen & 0x7fffffff) == 0x7fffffff) { errno = EOVERFLOW; return -1; }
        next = count <= 1 ? (seen + 1) & 0x7fffffff : seen + 1;
    } while (!__atomic_compare_exchange_n(value, &seen, next, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
    if (seen < 0) syscall(SYS_futex, value, FUTEX_WAKE, count > 1 ? 1 : 0x7fffffff, 0, 0, 0);
    return 0;
}
#define sem_init(s, shared, value) bit_init(s)
#define sem_getvalue bit_getvalue
#define sem_trywait bit_trywait
#define sem_post bit_post
#endif

enum { WORDS = 4096, HEADER = 8252, MAX_MESSAGE = 12328, ANSWER = 12328 };
#define COMMITTED 0xA1A1A1A1u
#define RECLAIMED 0xD0D0D0D0u

struct ring { volatile uint32_t *header; uint32_t *data; sem_t *sem; char prefix[512]; };

static void fail(const char *what) { perror(what); exit(1); }

static void *map(const char *path, size_t bytes) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || ftruncate(fd, bytes) != 0) fail(path);
    void *p = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) fail("mmap");
    close(fd);
    return p;
}

static void create(struct ring *r, const char *directory, const char *kind) {
    char path[600];
    snprintf(r->prefix, sizeof r->prefix, "%s/qb-%s-quorum", directory, kind);
    snprintf(path, sizeof path, "%s-header", r->prefix);
    r->header = map(path, HEADER);
    strcpy((char *)r->header + 12, path);
    snprintf(path, sizeof path, "%s-data", r->prefix);
    r->data = map(path, WORDS * 4);
    strcpy((char *)r->header + 4108, path);
    r->header[2] = WORDS;
    *(int32_t *)((char *)r->header + 8204) = 1;
    r->sem = (sem_t *)((char *)r->header + 8208);
    if (sem_init(r->sem, 1, 0) != 0) fail("sem_init");
}

static void commit(struct ring *r, const void *payload, uint32_t size) {
    uint32_t at = r->header[0];
    for (uint32_t i = 0; i < size; i += 4) {
        uint32_t word = 0;
        memcpy(&word, (const char *)payload + i, size - i < 4 ? size - i : 4);
        r->data[(at + 2 + i / 4) % WORDS] = word;
    }
    r->data[at] = size;
    r->header[0] = (at + 2 + (size + 3) / 4) % WORDS;
    __atomic_store_n(&r->data[(at + 1) % WORDS], COMMITTED, __ATOMIC_RELEASE);
    if (sem_post(r->sem) != 0) fail("sem_post");
}

static void take(struct ring *r) {
    uint32_t at = r->header[1];
    if (sem_trywait(r->sem) != 0) fail("sem_trywait after a doorbell");
    if (__atomic_load_n(&r->data[(at + 1) % WORDS], __ATOMIC_ACQUIRE) != COMMITTED) {
        fputs("bad magic\n", stderr);
        exit(1);
    }
    uint32_t size = r->data[at];
    r->data[at] = 0;
    __atomic_store_n(&r->data[(at + 1) % WORDS], RECLAIMED, __ATOMIC_RELEASE);
    r->header[1] = (at + 2 + (size + 3) / 4) % WORDS;
}

int main(int argc, char **argv) {
    if (argc != 5) return 64;
    long delay = atol(argv[3]), count = atol(argv[4]), waiting = 0, marked = 0;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strncpy(address.sun_path + 1, argv[1], sizeof address.sun_path - 2);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listener, (void *)&address, sizeof address) != 0 || listen(listener, 1) != 0) fail("listen");
    puts("listening");
    fflush(stdout);
    int client = accept(listener, 0, 0);
    char asked[24];
    if (recv(client, asked, sizeof asked, MSG_WAITALL) != sizeof asked) fail("handshake");

    struct ring request, response, event;
    create(&request, argv[2], "request");
    create(&response, argv[2], "response");
    create(&event, argv[2], "event");
    static char answer[ANSWER];
    *(int32_t *)answer = -1;
    *(int32_t *)(answer + 8) = ANSWER;
    *(int32_t *)(answer + 24) = 1;
    *(uint32_t *)(answer + 28) = MAX_MESSAGE;
    strcpy(answer + 40, request.prefix);
    strcpy(answer + 4136, response.prefix);
    strcpy(answer + 8232, event.prefix);
    if (send(client, answer, sizeof answer, 0) != sizeof answer) fail("answer");

    for (long i = 0; i < count; i++) {
        char bell;
        if (recv(client, &bell, 1, 0) != 1) fail("doorbell");
        take(&request);
        if (delay > 0) {
            struct timespec pause = { delay / 1000000, delay % 1000000 * 1000 };
            nanosleep(&pause, 0);
        }
        char note[60] = { 6 };
        *(int32_t *)(note + 8) = sizeof note;
        *(int32_t *)(note + 24) = (int32_t)i;
        commit(&event, note, sizeof note);
        if (send(client, &bell, 1, 0) != 1) fail("ring");
        volatile uint32_t *words = (volatile uint32_t *)response.sem;
        waiting += words[1] != 0;
        marked += (words[0] & 0x80000000u) != 0;
        char reply[32] = { 0 };
        *(int32_t *)(reply + 8) = sizeof reply;
        *(int32_t *)(reply + 16) = 1;
        *(int32_t *)(reply + 24) = (int32_t)i;
        commit(&response, reply, sizeof reply);
    }

    char end;
    while (recv(client, &end, 1, 0) > 0) { }
    int a, b, c;
    sem_getvalue(request.sem, &a);
    sem_getvalue(response.sem, &b);
    sem_getvalue(event.sem, &c);
    printf("waiting=%ld marked=%ld values=%d,%d,%d waiters=%u,%u,%u\n", waiting, marked, a, b, c,
           ((volatile uint32_t *)request.sem)[1], ((volatile uint32_t *)response.sem)[1],
           ((volatile uint32_t *)event.sem)[1]);
    return 0;
}
