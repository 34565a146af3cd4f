package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.linux.OwnedPath.UntrustedPathException;
import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lock that libvirt has each QEMU hold, with each piece of it forged. */
@NeedsRoot
@Timeout(120)
class LockedPidFileKernelIT {
    private static final int SOMEBODY = 12345;

    @TempDir
    Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void aPidFile() throws IOException {
        Files.setAttribute(temporary, "unix:mode", 0755);
        directory = Files.createDirectory(temporary.resolve("qemu"));
        file = Files.writeString(directory.resolve("web 1.pid"), "1\n");
    }

    @Test
    void who_holds_the_write_lock_is_told_and_nobody_once_it_has_ended() throws IOException {
        assertThat(LockedPidFile.holder(directory, "web 1")).isEmpty();
        try (LockHolder holder = LockHolder.of(file, false)) {
            assertThat(LockedPidFile.holder(directory, "web 1")).hasValue(holder.pid());
            assertThat(LockedPidFile.holder(directory, "web")).isEmpty();
        }
        assertThat(LockedPidFile.holder(directory, "web 1")).isEmpty();
    }

    @Test
    void a_holder_in_another_pid_namespace_is_told_by_its_number_here() throws IOException {
        try (LockHolder holder = LockHolder.of(file, false, "unshare", "--pid", "--fork", "--kill-child")) {
            assertThat(LockedPidFile.holder(directory, "web 1")).hasValue(holder.pid());
        }
    }

    /** Anybody who may read the file can have one. */
    @Test
    void a_read_lock_proves_nothing() throws IOException {
        try (LockHolder holder = LockHolder.of(file, true)) {
            assertThat(LockedPidFile.holder(directory, "web 1"))
                    .as("process %d can read it", holder.pid())
                    .isEmpty();
        }
    }

    @Test
    void a_file_or_a_directory_that_others_can_change_is_refused() throws IOException {
        try (LockHolder holder = LockHolder.of(file, false)) {
            Files.setAttribute(file, "unix:uid", SOMEBODY);
            assertThatThrownBy(() -> LockedPidFile.holder(directory, "web 1")).isInstanceOf(UntrustedException.class);
            Files.setAttribute(file, "unix:uid", 0);
            Files.setAttribute(file, "unix:mode", 0664);
            assertThatThrownBy(() -> LockedPidFile.holder(directory, "web 1")).isInstanceOf(UntrustedException.class);
            Files.setAttribute(file, "unix:mode", 0644);
            assertThat(LockedPidFile.holder(directory, "web 1")).hasValue(holder.pid());
            for (Path step : new Path[] {directory, temporary}) {
                Files.setAttribute(step, "unix:uid", SOMEBODY);
                assertThatThrownBy(() -> LockedPidFile.holder(directory, "web 1"))
                        .isInstanceOf(UntrustedPathException.class);
                Files.setAttribute(step, "unix:uid", 0);
                Files.setAttribute(step, "unix:mode", 0777);
                assertThatThrownBy(() -> LockedPidFile.holder(directory, "web 1"))
                        .isInstanceOf(UntrustedPathException.class);
                Files.setAttribute(step, "unix:mode", 0755);
            }
        }
    }

    @Test
    void no_name_leads_out_of_the_directory() throws IOException {
        Path outside = Files.writeString(temporary.resolve("web 1.pid"), "1\n");
        try (LockHolder holder = LockHolder.of(outside, false)) {
            assertThat(LockedPidFile.holder(temporary, "web 1")).hasValue(holder.pid());
            Files.createSymbolicLink(directory.resolve("link.pid"), outside);
            for (String name : new String[] {"../web 1", "", "/web 1", "x\0y", "é".repeat(126), "link"}) {
                assertThatThrownBy(() -> LockedPidFile.holder(directory, name)).isInstanceOf(IOException.class);
            }
            assertThat(LockedPidFile.holder(directory, "..")).isEmpty();
            assertThat(LockedPidFile.holder(temporary.resolve("none"), "web 1")).isEmpty();
        }
    }
}
