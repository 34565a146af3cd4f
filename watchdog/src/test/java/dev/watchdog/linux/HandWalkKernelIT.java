package dev.watchdog.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.watchdog.testing.NeedsRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That a walk by hand finds what openat2 finds, and fails as it fails. */
@NeedsRoot
class HandWalkKernelIT {
    private static final int LEAF = Abi.O_PATH | Abi.O_NOFOLLOW | Abi.O_CLOEXEC;
    private static final int WITHIN = Abi.RESOLVE_IN_ROOT | Abi.RESOLVE_NO_MAGICLINKS;
    private static final List<String> NAMES = List.of("a", "b", "c", "d", ".", "..", "", "/etc", "none");

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheKernelOnAnyTree(long seed) throws IOException {
        Random random = new Random(seed);
        List<Path> directories = new ArrayList<>(List.of(root));
        for (int i = 0; i < 60; i++) {
            Path at = directories.get(random.nextInt(directories.size())).resolve(NAMES.get(random.nextInt(4)));
            if (Files.exists(at, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            switch (random.nextInt(5)) {
                case 0 -> Files.writeString(at, "");
                case 1, 2 -> directories.add(Files.createDirectory(at));
                default -> Files.createSymbolicLink(at, Path.of(path(random, random.nextBoolean() ? "/" : "")));
            }
        }
        int found = 0;
        try (Descriptor in = Descriptor.open(Abi.AT_FDCWD, root.toString(), Abi.O_PATH)) {
            for (int i = 0; i < 2_000; i++) {
                String path = "/" + path(random, "");
                boolean symlinks = random.nextInt(4) > 0;
                String kernel = byKernel(in, path, symlinks);
                assertThat(byHand(in, path, symlinks)).as("%s", path).isEqualTo(kernel);
                found += kernel.startsWith("E") ? 0 : 1;
            }
        }
        assertThat(found).isGreaterThan(100);
    }

    private static String path(Random random, String start) {
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            names.add(NAMES.get(random.nextInt(NAMES.size())));
        }
        String path = start + String.join("/", names);
        return path.isEmpty() ? "." : path;
    }

    private static String byKernel(Descriptor in, String path, boolean symlinks) throws ErrnoException {
        Scratch scratch = Scratch.own();
        long name = scratch.path(path);
        int how = WITHIN | (symlinks ? 0 : Abi.RESOLVE_NO_SYMLINKS);
        scratch.record.putLong(0, LEAF).putLong(8, 0).putLong(16, how);
        long fd = Libc.syscall(Abi.SYS_OPENAT2, in.hold(), name, scratch.recordAddress, Abi.OPEN_HOW_SIZE, 0);
        in.release();
        return fd < 0 ? Errno.name(Libc.errno()) : identity((int) fd);
    }

    private static String byHand(Descriptor in, String path, boolean symlinks) throws ErrnoException {
        try (HandWalk walk = new HandWalk(in.hold(), path, symlinks)) {
            return identity(walk.open(LEAF).fd());
        } catch (ErrnoException e) {
            return e.symbol();
        } finally {
            in.release();
        }
    }

    private static String identity(int fd) throws ErrnoException {
        try (Descriptor file = new Descriptor(fd, "what was found")) {
            return file.status().toString();
        }
    }

    @Test
    void keepsNoneOfTheDirectoriesItWentThrough() throws Exception {
        Files.createDirectories(root.resolve("x/y/z"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("/x/../loop"));
        try (Descriptor in = Descriptor.open(Abi.AT_FDCWD, root.toString(), Abi.O_PATH)) {
            Root.keepsNothing(() -> {
                assertThat(byHand(in, "/x/y/../y/z/./..", true)).startsWith("FileStatus");
                assertThat(byHand(in, "/loop/x", true)).isEqualTo("ELOOP");
                assertThat(byHand(in, "/x/y/none/z", true)).isEqualTo("ENOENT");
                assertThat(byHand(in, "/x/y".repeat(300), true)).isEqualTo("ENOENT");
                assertThat(byHand(in, "/" + "x".repeat(300), true)).isEqualTo("ENAMETOOLONG");
                assertThat(byHand(in, "/x".repeat(3000), true)).isEqualTo("ENAMETOOLONG");
            });
            assertThatThrownBy(() -> byHand(in, "/x\0", true)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
