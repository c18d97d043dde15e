/*
 * Makes the calls whose native messages are golden files, prints its pid and holds the connection until its input ends:
 * the rings keep the bytes of messages that were read, and `capture.py OUT rings` takes them from there.
 *
 *   gcc -o native native.c -lquorum -lcmap && ./native v0 | v1 | cmap
 */
#include <corosync/cmap.h>
#include <corosync/quorum.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void cmap(void)
{
    cmap_handle_t handle;
    cmap_value_types_t type;
    size_t length;
    char value[64];

    printf("cmap_initialize %d\n", cmap_initialize(&handle));
    printf("absent key %d\n", cmap_get(handle, "runtime.connections.active", NULL, NULL, &type));
    printf("present key %d\n", cmap_get(handle, "totem.token", NULL, &length, &type));
    length = sizeof value;
    printf("value %d\n", cmap_get(handle, "totem.token", value, &length, &type));
    length = 2;
    printf("too small %d\n", cmap_get(handle, "totem.cluster_name", value, &length, &type));
}

static void quorum(int model)
{
    quorum_handle_t handle;
    quorum_callbacks_t callbacks = { 0 };
    quorum_model_v1_data_t data = { .model = QUORUM_MODEL_V1 };
    uint32_t type;
    int quorate;

    printf("initialize %d\n", model == 0
        ? quorum_initialize(&handle, &callbacks, &type)
        : quorum_model_initialize(&handle, QUORUM_MODEL_V1, (quorum_model_data_t *)&data, &type, NULL));
    printf("getquorate %d\n", quorum_getquorate(handle, &quorate));
    printf("trackstart %d\n", quorum_trackstart(handle, CS_TRACK_CHANGES));
    printf("trackstop %d\n", quorum_trackstop(handle));
}

int main(int argc, char **argv)
{
    char byte;

    if (argc > 1 && strcmp(argv[1], "cmap") == 0) {
        cmap();
    } else {
        quorum(argc > 1 && strcmp(argv[1], "v0") == 0 ? 0 : 1);
    }
    printf("pid %d\n", getpid());
    fflush(stdout);
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
}
