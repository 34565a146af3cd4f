package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.linux.ProcessSearch.Claim;
import dev.watchdog.linux.ProcessSearch.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessSearchTest {
    private static final String UUID = "f0d308e8-0672-4f23-955b-e9b6e29a3f59";

    @TempDir
    Path proc;

    private Path process(int pid, String name, long start, String... arguments) throws IOException {
        Path directory = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(directory.resolve("comm"), name + "\n");
        Files.writeString(directory.resolve("cmdline"), String.join("\0", arguments) + "\0");
        Files.writeString(
                directory.resolve("stat"), pid + " (" + name + ") S 1" + " 0".repeat(17) + " " + start + " 7 8\n");
        return directory;
    }

    private java.util.Map<String, java.util.List<Found>> search(String named) throws IOException {
        return ProcessSearch.byOption(proc, named, "-uuid", Set.of(UUID), claim -> true);
    }

    @Test
    void whoWasStartedWithTheValueIsFound() throws IOException {
        Path qemu = process(100, "qemu-system-x86", 5, "/usr/bin/qemu-system-x86_64", "-m", "512", "-uuid", UUID, "-S");
        process(101, "qemu-system-x86", 6, "qemu", "-uuid", "another", "-uuid", UUID);
        process(102, "qemu-system-x86", 6, "qemu", "-name", UUID);
        process(103, "sh", 6, "qemu", "-uuid");
        Files.createDirectories(proc.resolve("104"));
        Files.createDirectories(proc.resolve("sys"));
        assertThat(search("qemu")).containsOnlyKeys(UUID);
        assertThat(search("qemu").get(UUID)).containsExactly(new Found(qemu, 5));
    }

    @Test
    void aWrapperIsFoundByItsArgumentsAloneAndEveryClaimIsTold() throws IOException {
        Path wrapped = process(200, "wrapper", 7, "wrapper", "-uuid", UUID);
        assertThat(search("qemu")).isEmpty();
        assertThat(search("").get(UUID)).containsExactly(new Found(wrapped, 7));
        for (int pid = 193; pid < 200; pid++) {
            process(pid, "liar", 7, "liar", "-uuid", UUID);
        }
        assertThat(search("").get(UUID)).hasSize(8).contains(new Found(wrapped, 7));
        // somebody hides it among too many
        process(192, "liar", 7, "liar", "-uuid", UUID);
        assertThat(search("")).isEmpty();
    }

    @Test
    void whoStartedItIsItsRealUserWhateverItBecame() throws IOException {
        Path process = process(250, "qemu", 7, "qemu", "-uuid", UUID);
        assertThat(ProcessSearch.claim(proc, 250, "-uuid")).isEqualTo(new Claim(new Found(process, 7), UUID, -1));
        Files.writeString(
                process.resolve("status"), "Name:\tqemu\nUmask:\t0022\nUid:\t1000\t0\t0\t0\n" + "x".repeat(9_000));
        assertThat(ProcessSearch.claim(proc, 250, "-uuid")).isEqualTo(new Claim(new Found(process, 7), UUID, 1000));
        assertThat(ProcessSearch.claim(proc, 250, "-name")).isEqualTo(new Claim(new Found(process, 7), "", 1000));
        assertThat(ProcessSearch.claim(proc, 251, "-uuid")).isNull();
    }

    @Test
    void whoDoesNotCountHidesNobody() throws IOException {
        Path qemu = process(300, "qemu", 7, "qemu", "-uuid", UUID);
        Files.writeString(qemu.resolve("status"), "Uid:\t0\t0\t0\t0\n");
        for (int pid = 260; pid < 280; pid++) {
            process(pid, "qemu", 7, "liar", "-uuid", UUID);
        }
        assertThat(ProcessSearch.byOption(proc, "qemu", "-uuid", Set.of(UUID), claim -> claim.user() == 0)
                        .get(UUID))
                .containsExactly(new Found(qemu, 7));
    }

    @Test
    void anotherProcessOfTheSameNumberIsAnother() throws IOException {
        Found found = new Found(process(300, "qemu", 7, "qemu"), 7);
        assertThat(found.lives()).isTrue();
        process(300, "qemu) S 1 (x", 8, "qemu");
        assertThat(found.lives()).isFalse();
        assertThat(new Found(proc.resolve("301"), 7).lives()).isFalse();
    }

    @Test
    void aLongCommandLineIsReadInParts() throws IOException {
        process(400, "qemu", 7, "qemu", "x".repeat(1 << 16), "-uuid", UUID);
        assertThat(search("")).isEmpty();
    }
}
