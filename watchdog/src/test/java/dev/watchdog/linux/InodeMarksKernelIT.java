package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An inode is known again, and another one with its numbers is not taken for it. */
@NeedsRoot
class InodeMarksKernelIT {
    @TempDir
    Path directory;

    private final PrivateThread thread = new PrivateThread("inode-marks-test");

    @BeforeEach
    void unshare() throws IOException {
        thread.unshare();
    }

    @AfterEach
    void close() {
        thread.close();
    }

    private Descriptor open(Path path) throws IOException {
        return thread.call(() -> Descriptor.open(Abi.AT_FDCWD, path.toString(), Abi.O_PATH | Abi.O_DIRECTORY));
    }

    private Path mounted(String name) throws IOException {
        Path path = Files.createDirectories(directory.resolve(name));
        thread.call(() -> {
            Mounts.mount("marks", path.toString(), "tmpfs", 0, "size=64k");
            return name;
        });
        return path;
    }

    private void unmount(Path path) throws IOException {
        thread.call(() -> {
            Mounts.detach(path.toString());
            return path;
        });
    }

    @Test
    void isKnownAgainHoweverOftenAndWhicheverMountItIsSeenThrough() throws IOException {
        Path first = mounted("first");
        Path second = Files.createDirectories(directory.resolve("second"));
        InodeMarks marks = InodeMarks.own();
        try (Descriptor root = open(first)) {
            assertThat(marks.isMarked(root)).isFalse();
            marks.mark(root);
            marks.mark(root);
            assertThat(marks.isMarked(root)).isTrue();
        }
        thread.call(() -> {
            Mounts.mount(first.toString(), second.toString(), null, Abi.MS_BIND, null);
            return second;
        });
        unmount(first);
        try (Descriptor root = open(second);
                Descriptor other = open(directory)) {
            assertThat(marks.isMarked(root)).isTrue();
            assertThat(marks.isMarked(root)).isTrue();
            assertThat(marks.isMarked(other)).isFalse();
        }
    }

    @Test
    void keepsNoFileSystemAndMistakesNoOtherForIt() throws IOException {
        InodeMarks marks = InodeMarks.own();
        Path path = mounted("once");
        FileStatus status;
        try (Descriptor root = open(path)) {
            marks.mark(root);
            status = root.status();
        }
        unmount(path);
        // its numbers are free at once; others of this machine may take the device's first
        boolean same = false;
        for (int i = 0; i < 1_000 && !same; i++) {
            Path again = mounted("again-" + i);
            try (Descriptor root = open(again)) {
                same = root.status().sameFile(status);
                assertThat(marks.isMarked(root)).isFalse();
            }
            if (!same) {
                continue;
            }
            unmount(again);
        }
        assertThat(same).as("a file system with the same numbers").isTrue();
    }

    /** Several repairs ask at once, of one inode too. */
    @Test
    void isKnownByAllWhoAskAtOnce() throws IOException {
        Path path = mounted("asked");
        InodeMarks marks = InodeMarks.own();
        try (Descriptor root = open(path)) {
            marks.mark(root);
            assertThat(Stream.generate(() -> CompletableFuture.supplyAsync(() -> isAlwaysMarked(marks, root)))
                            .limit(4)
                            .toList())
                    .allMatch(CompletableFuture::join);
        }
    }

    private static boolean isAlwaysMarked(InodeMarks marks, Descriptor root) {
        try {
            for (int i = 0; i < 2_000; i++) {
                if (!marks.isMarked(root)) {
                    return false;
                }
            }
            return true;
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void keepsNoDescriptor() throws Exception {
        Path path = mounted("kept");
        Root.keepsNothing(() -> {
            try (Descriptor root = open(path)) {
                InodeMarks.own().mark(root);
                assertThat(InodeMarks.own().isMarked(root)).isTrue();
            }
        });
    }
}
