#!/usr/bin/env python3
"""Captures the golden files of this directory from a running corosync.

A raw client: it does libqb's handshake, maps the rings and stores each message as it stood on the wire. 64-bit, glibc, little endian,
rings in shared memory. Run it in the network and mount namespaces of a node of a three-node cluster. README.md says what to do meanwhile.

    capture.py OUT fixed      handshake, requests, responses, refusals, first events
    capture.py OUT changes    events until the quorum was lost and came back
    capture.py OUT overlap    node list events until one has a node that both joined and left
    capture.py OUT refused    the handshake of a user whom the daemon does not allow (uid 65534)
    capture.py OUT socket     the handshake of a daemon with `qb_ipc_type: socket`
    capture.py OUT cmap       reads of cmap values, and the change to the statistics map; README.md says which keys
    capture.py OUT services   votequorum, cfg, and what cmap lists and tracks
    capture.py OUT native-services  what libvotequorum, libcfg and libcmap send for the same
    capture.py OUT native BIN what libquorum and libcmap send: BIN is native.c, compiled
"""
import ctypes
import mmap
import os
import pathlib
import select
import socket
import struct
import subprocess
import sys

MAX_MESSAGE_SIZE = 65536
GETQUORATE, TRACKSTART, TRACKSTOP, GETTYPE, MODEL_GETTYPE = range(5)
V0_NOTIFICATION, V1_QUORUM, V1_NODELIST = 3, 6, 7
ALLOCATED, COMMITTED, RECLAIMED = 0xA110CED0, 0xA1A1A1A1, 0xD0D0D0D0
SEMAPHORE = 8208

libc = ctypes.CDLL(None, use_errno=True)
out = pathlib.Path(sys.argv[1])


def save(name, data):
    path = out / f"{name}.bin"
    path.write_bytes(data)
    print(f"{path}: {len(data)} bytes", flush=True)


class Ring:
    def __init__(self, prefix):
        self.header = self.map(prefix + "-header")
        self.words, = struct.unpack_from("=I", self.header, 8)
        self.data = self.map(self.header[4108:8204].split(b"\0")[0].decode())
        self.semaphore = ctypes.addressof(ctypes.c_char.from_buffer(self.header, SEMAPHORE))

    @staticmethod
    def map(path):
        with open(path, "r+b") as file:
            return mmap.mmap(file.fileno(), 0)

    def word(self, index):
        return struct.unpack_from("=I", self.data, index % self.words * 4)[0]

    def set_word(self, index, value):
        struct.pack_into("=I", self.data, index % self.words * 4, value)

    def write(self, payload):
        at, = struct.unpack_from("=I", self.header, 0)
        self.set_word(at, 0)
        self.set_word(at + 1, ALLOCATED)
        padded = payload + bytes(-len(payload) % 4)
        for i in range(0, len(padded), 4):
            self.set_word(at + 2 + i // 4, struct.unpack_from("=I", padded, i)[0])
        self.set_word(at, len(payload))
        struct.pack_into("=I", self.header, 0, (at + 2 + len(padded) // 4) % self.words)
        self.set_word(at + 1, COMMITTED)
        libc.sem_post(ctypes.c_void_p(self.semaphore))

    def read(self):
        """The next message, or None."""
        if libc.sem_trywait(ctypes.c_void_p(self.semaphore)) != 0:
            return None
        at, = struct.unpack_from("=I", self.header, 4)
        assert self.word(at + 1) == COMMITTED, hex(self.word(at + 1))
        size = self.word(at)
        words = range(at + 2, at + 2 + (size + 3) // 4)
        payload = b"".join(struct.pack("=I", self.word(i)) for i in words)[:size]
        self.set_word(at, 0)
        self.set_word(at + 1, RECLAIMED)
        struct.pack_into("=I", self.header, 4, (at + 2 + len(words)) % self.words)
        return payload


class Client:
    def __init__(self, service=b"quorum"):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, 16, 1)  # SO_PASSCRED
        self.socket.connect((b"\0" + service).ljust(108, b"\0"))
        self.request_bytes = struct.pack("=i4xi4xI4x", -1, 24, MAX_MESSAGE_SIZE)
        self.socket.sendall(self.request_bytes)
        self.response_bytes = b""
        while len(self.response_bytes) < 12328:
            self.response_bytes += self.socket.recv(12328 - len(self.response_bytes))
        self.error, self.type = struct.unpack_from("=i4xi", self.response_bytes, 16)
        if self.error == 0 and self.type == 1:
            names = [self.response_bytes[o:o + 4096].split(b"\0")[0].decode() for o in (40, 4136, 8232)]
            self.requests, self.responses, self.events = (Ring(name) for name in names)

    def call(self, id, body=b"", size=None):
        """Sends a request; returns it and its response."""
        request = struct.pack("=i4xi4x", id, (16 + len(body)) if size is None else size) + body
        self.requests.write(request)
        self.socket.sendall(b"x")
        while (response := self.responses.read()) is None:
            select.select([], [], [], 0.001)
        return request, response

    def event(self):
        """Waits for the next event."""
        while (event := self.events.read()) is None:
            readable, _, _ = select.select([self.socket], [], [], 60)
            assert readable and self.socket.recv(4096), "the daemon went away or sent nothing for 60 s"
        return event


def u32(value):
    return struct.pack("=I4x", value)


def save_call(name, call):
    request, response = call
    save(f"{name}-request", request)
    save(f"{name}-response", response)


def fixed():
    client = Client()
    save("connect-request", client.request_bytes)
    save("connect-response-shm", client.response_bytes)
    save_call("gettype", client.call(GETTYPE))
    save_call("getquorate", client.call(GETQUORATE))
    save_call("trackstart", client.call(TRACKSTART, u32(1 | 2)))
    save("v0-notification-quorate", client.event())
    save("trackstart-again-response", client.call(TRACKSTART, u32(1 | 2))[1])
    save_call("trackstop", client.call(TRACKSTOP))
    save("refused-id-response", client.call(99)[1])

    client = Client()
    save_call("model-gettype", client.call(MODEL_GETTYPE, u32(1)))
    client.call(TRACKSTART, u32(1 | 2))
    save("v1-nodelist-current", client.event())
    save("v1-quorum-quorate", client.event())
    save("refused-model-response", client.call(MODEL_GETTYPE, u32(2))[1])


def changes():
    v0, v1 = Client(), Client()
    v1.call(MODEL_GETTYPE, u32(1))
    for client in (v0, v1):
        client.call(TRACKSTART, u32(4))
    print("ready", flush=True)
    joined = left = inquorate = quorate = False
    while not (left and joined and inquorate and quorate):
        event = v1.event()
        id, = struct.unpack_from("=i", event)
        if id == V1_NODELIST:
            _, j, l = struct.unpack_from("=I4xI4xI", event, 40)
            if l and not left:
                left = True
                save("v1-nodelist-left", event)
            elif j and not joined:
                joined = True
                save("v1-nodelist-joined", event)
        else:
            quorate, = struct.unpack_from("=i", event, 24)
            if not quorate and not inquorate:
                inquorate = True
                save("v1-quorum-inquorate", event)
                while struct.unpack_from("=i", event := v0.event(), 24)[0]:
                    pass
                save("v0-notification-inquorate", event)
            quorate = quorate and inquorate
    save("getquorate-after-changes-response", v1.call(GETQUORATE)[1])


def overlap():
    client = Client()
    client.call(MODEL_GETTYPE, u32(1))
    client.call(TRACKSTART, u32(4))
    print("ready", flush=True)
    while True:
        event = client.event()
        if struct.unpack_from("=i", event)[0] == V1_NODELIST and all(struct.unpack_from("=I4xI", event, 48)):
            return save("v1-nodelist-joined-and-left", event)


def refused():
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        os.write(write_end, Client().response_bytes)
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        save("connect-response-refused", pipe.read())


def old_messages(pid, service, channel):
    """The messages that stand in a ring, those that were read too: reclaiming a chunk clears its size and keeps the payload."""
    path, = pathlib.Path("/dev/shm").glob(f"qb-*-{pid}-*/qb-{channel}-{service}-header")
    header = path.read_bytes()
    data = path.with_name(f"qb-{channel}-{service}-data").read_bytes()
    end, = struct.unpack_from("=I", header, 0)
    at = 0
    while at < end:
        size, = struct.unpack_from("=i", data, at * 4 + 16)
        yield data[at * 4 + 8:at * 4 + 8 + size]
        at += 2 + (size + 3) // 4


def native():
    calls = {
        "v0": ["gettype", "getquorate", "trackstart", "trackstop"],
        "v1": ["model-gettype"],
        "cmap": ["cmap-get-absent", "cmap-get-present", "cmap-get-value", "cmap-get-too-small"],
    }
    for mode, names in calls.items():
        process = subprocess.Popen([sys.argv[3], mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        while not (line := process.stdout.readline()).startswith("pid "):
            assert line, "native.c ended early"
        service = "cmap" if mode == "cmap" else "quorum"
        for channel in ("request", "response"):
            for name, message in zip(names, old_messages(process.pid, service, channel)):
                if service == "cmap" or channel == "request":
                    save(f"native-{name}-{channel}", message)
        process.communicate("")


def socket_handshake():
    client = Client()
    assert client.type == 0, client.type
    save("connect-response-socket", client.response_bytes)


def cmap_get(client, key, room):
    return client.call(2, struct.pack("=H6x256sQ", len(key), key, room))


def cmap():
    client = Client(b"cmap")
    for name in ("i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "flt", "dbl"):
        save(f"cmap-{name}-response", cmap_get(client, b"golden." + name.encode(), 64)[1])
    for name in ("str", "bin"):
        save(f"cmap-{name}-response", cmap_get(client, b"golden." + name.encode(), 16385)[1])
    save("cmap-too-long-response", cmap_get(client, b"golden.bin", 64)[1])
    save("cmap-absent-response", cmap_get(client, b"golden.absent", 16385)[1])
    save_call("cmap-set-map", client.call(9, u32(1)))
    save("cmap-counter-response", cmap_get(client, b"stats.srp.orf_token_rx", 64)[1])
    save("cmap-no-such-map-response", client.call(9, u32(2))[1])


def name(text):
    return struct.pack("=H6x256s", len(text), text)


def services():
    client = Client(b"votequorum")
    save_call("votequorum-getinfo", client.call(0, u32(2)))
    save("votequorum-getinfo-unknown-response", client.call(0, u32(9))[1])
    save_call("votequorum-trackstart", client.call(3, struct.pack("=QI4x", 0xABC, 2)))
    save("votequorum-nodelist", client.event())
    save("votequorum-quorum", client.event())
    subprocess.run(["corosync-quorumtool", "-e", "3"], check=False, stdout=subprocess.DEVNULL)
    save("votequorum-expected", client.event())
    save_call("votequorum-trackstop", client.call(4))
    save("votequorum-trackstop-again-response", client.call(4)[1])

    client = Client(b"cfg")
    save_call("cfg-ringstatus", client.call(0))
    save_call("cfg-addresses", client.call(5, u32(2)))
    save("cfg-addresses-unknown-response", client.call(5, u32(9))[1])
    save_call("cfg-local", client.call(6))
    save_call("cfg-nodestatus", client.call(9, struct.pack("=I4xI4x", 2, 1)))
    save("cfg-nodestatus-unknown-response", client.call(9, struct.pack("=I4xI4x", 9, 1))[1])
    save_call("cfg-trackstart", client.call(10, bytes(8)))
    asked = subprocess.Popen(["corosync-cfgtool", "-H"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    save("cfg-testshutdown", client.event())
    save_call("cfg-reply-no", client.call(4, u32(0)))
    asked.wait()
    save("cfg-reply-late-response", client.call(4, u32(0))[1])
    save_call("cfg-trackstop", client.call(11))

    client = Client(b"cmap")
    tracked = client.call(7, name(b"golden.t") + struct.pack("=i4xQ", 15, 0x1122))
    save_call("cmap-track", tracked)
    for change in (["-s", "golden.t", "str", "abc"], ["-s", "golden.t", "str", "xy"], ["-d", "golden.t"]):
        subprocess.run(["corosync-cmapctl", *change], check=True)
    for what in ("added", "modified", "deleted"):
        save(f"cmap-{what}", client.event())
    save_call("cmap-untrack", client.call(8, tracked[1][24:32]))
    iterator = client.call(4, name(b"nodelist.local"))
    save_call("cmap-iter", iterator)
    save_call("cmap-next", client.call(5, iterator[1][24:32]))
    save("cmap-next-end-response", client.call(5, iterator[1][24:32])[1])
    save_call("cmap-iter-end", client.call(6, iterator[1][24:32]))


def native_services():
    handle = ctypes.c_uint64()
    buffer = ctypes.create_string_buffer(16384)
    u64 = ctypes.c_uint64

    votes = ctypes.CDLL("libvotequorum.so.8")
    assert votes.votequorum_initialize(ctypes.byref(handle), buffer) == 1
    votes.votequorum_getinfo(handle, 2, buffer)
    votes.votequorum_trackstart(handle, u64(0xABC), 2)
    votes.votequorum_trackstop(handle)
    keep("votequorum", ["getinfo", "trackstart", "trackstop"])

    cfg = ctypes.CDLL("libcfg.so.7")
    assert cfg.corosync_cfg_initialize(ctypes.byref(handle), buffer) == 1
    count, names, states = ctypes.c_int(), ctypes.c_void_p(), ctypes.c_void_p()
    cfg.corosync_cfg_ring_status_get(handle, ctypes.byref(names), ctypes.byref(states), ctypes.byref(count))
    cfg.corosync_cfg_get_node_addrs(handle, 2, 8, ctypes.byref(count), buffer)
    cfg.corosync_cfg_local_get(handle, ctypes.byref(count))
    cfg.corosync_cfg_node_status_get(handle, 2, 1, buffer)
    cfg.corosync_cfg_trackstart(handle, 0)
    cfg.corosync_cfg_replyto_shutdown(handle, 0)
    cfg.corosync_cfg_trackstop(handle)
    keep("cfg", ["ringstatus", "addresses", "local", "nodestatus", "trackstart", "reply-no", "trackstop"])

    maps = ctypes.CDLL("libcmap.so.4")
    assert maps.cmap_initialize(ctypes.byref(handle)) == 1
    tracker, iterator = u64(), u64()
    callback = ctypes.CFUNCTYPE(None)(lambda: None)
    maps.cmap_track_add(handle, b"golden.t", 15, callback, None, ctypes.byref(tracker))
    maps.cmap_track_delete(handle, tracker)
    maps.cmap_iter_init(handle, b"nodelist.local", ctypes.byref(iterator))
    maps.cmap_iter_next(handle, iterator, buffer, None, None)
    maps.cmap_iter_finalize(handle, iterator)
    keep("cmap", ["track", "untrack", "iter", "next", "iter-end"])


def keep(service, names):
    for what, message in zip(names, old_messages(os.getpid(), service, "request")):
        save(f"native-{service}-{what}-request", message)


MODES = {
    "services": services,
    "native-services": native_services,
    "cmap": cmap,
    "fixed": fixed,
    "changes": changes,
    "overlap": overlap,
    "refused": refused,
    "socket": socket_handshake,
    "native": native,
}
MODES[sys.argv[2]]()
