/* The least that answering takes: opens the token file, finds the access token, writes it. */

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char text[1 << 16];

int main(int argc, char **argv) {
    static const char key[] = "\"access_token\"";
    int file = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0 || read(file, text, sizeof text - 1) <= 0) {
        return 1;
    }
    char *token = strstr(text, key);
    token = token ? strchr(token + sizeof key - 1, '"') : NULL;
    char *end = token ? strchr(++token, '"') : NULL;
    if (!end) {
        return 1;
    }
    *end++ = '\n';
    return write(1, token, end - token) != end - token;
}
