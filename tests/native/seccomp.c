/* Runs a command under a seccomp filter. The calls that container engines refuse by default fail with EPERM.
 * statx fails too, because old engines did not know it.
 *
 * Usage: seccomp COMMAND [ARGUMENT..]
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DENY(name) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##name, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

int main(int argc, char **argv) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        DENY(acct), DENY(add_key), DENY(bpf), DENY(clock_adjtime), DENY(clock_settime), DENY(delete_module),
        DENY(fanotify_init), DENY(finit_module), DENY(init_module), DENY(io_uring_setup), DENY(kcmp), DENY(kexec_load),
        DENY(keyctl), DENY(mount), DENY(move_pages), DENY(name_to_handle_at), DENY(open_by_handle_at),
        DENY(perf_event_open), DENY(personality), DENY(pivot_root), DENY(process_vm_readv), DENY(process_vm_writev),
        DENY(ptrace), DENY(quotactl), DENY(reboot), DENY(request_key), DENY(setns), DENY(settimeofday), DENY(statx),
        DENY(swapoff), DENY(swapon), DENY(syslog), DENY(umount2), DENY(unshare), DENY(userfaultfd), DENY(vhangup),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { sizeof filter / sizeof filter[0], filter };
    if (argc < 2) return 64;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("seccomp");
        return 1;
    }
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    return 127;
}
