/* with_stdin FILE PROGRAM ARGUMENT…: becomes PROGRAM with FILE as its stdin, which hyperfine only has from 1.16 on. */

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int file = argc > 2 ? open(argv[1], O_RDONLY) : -1;
    if (file < 0 || dup2(file, STDIN_FILENO) < 0 || close(file) < 0) {
        return 1;
    }
    execv(argv[2], argv + 2);
    return 1;
}
