package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables in files: anybody may have called a socket anything. */
class UnixSocketTableTest {
    private static final String HEADINGS = "Num       RefCount Protocol Flags    Type St Inode Path\n";
    private static final String LISTENS = "0000: 00000002 00000000 00010000 0001 01 ";

    @TempDir
    Path directory;

    private Map<Long, String> read(String lines) throws IOException {
        Path file = Files.writeString(directory.resolve("unix"), HEADINGS + lines);
        try (Descriptor open = Descriptor.open(Abi.AT_FDCWD, file.toString(), 0)) {
            return UnixSocketTable.listening(open, "docker.sock");
        }
    }

    @Test
    void onlyListeningSocketsOfThatNameCount() throws IOException {
        assertThat(read(LISTENS + "100 /run/docker.sock\n"
                        + "0000: 00000002 00000000 00000000 0001 03 101 /run/docker.sock\n"
                        + LISTENS + "102 /run/docker.sock2\n"
                        + LISTENS + "103\n"
                        + LISTENS + "104 @/run/docker.sock\n"
                        + LISTENS + "105 /run/xdocker.sock\n"
                        + LISTENS + "106 docker.sock\n"
                        + LISTENS + " 107 /run/a b/docker.sock\n"
                        + LISTENS + "108 /run/\u00e9/docker.sock\n"))
                .isEqualTo(Map.of(
                        100L, "/run/docker.sock", 107L, "/run/a b/docker.sock", 108L, "/run/\u00e9/docker.sock"));
    }

    @Test
    void whatIsNotUnderstoodIsPassedOver() throws IOException {
        assertThat(read("/docker.sock\nx x x y z 01 w /docker.sock\n" + LISTENS + "x /docker.sock\n"
                        + LISTENS + "9".repeat(30) + " /docker.sock\n"
                        + "0".repeat(1_000) + " /docker.sock\n"
                        + LISTENS + "7 /docker.sock"))
                .isEqualTo(Map.of(7L, "/docker.sock"));
    }

    @Test
    void anyNumberOfOtherSocketsIsPassedByAndTooManyOfTheNameAreTold() throws IOException {
        String others = (LISTENS + "1 /home/u/" + "s".repeat(90) + "\n").repeat(200_000);
        assertThat(read(others + LISTENS + "2 /run/docker.sock\n")).isEqualTo(Map.of(2L, "/run/docker.sock"));
        StringBuilder same = new StringBuilder();
        for (int i = 0; i <= UnixSocketTable.MOST_OF_ONE_NAME; i++) {
            same.append(LISTENS).append(i + 10).append(" /home/u/").append(i).append("/docker.sock\n");
        }
        assertThatThrownBy(() -> read(same.toString()))
                .hasMessageContaining("keep more than 4096 sockets called docker.sock")
                .hasMessageContaining("EOVERFLOW");
    }
}
