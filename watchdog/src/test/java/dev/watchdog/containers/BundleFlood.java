package dev.watchdog.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.watchdog.linux.MountNamespaces;
import dev.watchdog.testing.Programs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A containerd's directory full of things that are no containers, or none that can be read, beside one that is, in a
 * process with the agent's heap and a mount namespace of its own. Argument: a directory.
 */
public final class BundleFlood implements ContainerSource.Listener {
    private static final int EMPTY_BUNDLES = 100_000;
    private static final String GOOD = "{\"root\":{\"path\":\"rootfs\"}}";

    private final Path tasks;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<RunningContainer> found = new CopyOnWriteArrayList<>();

    private BundleFlood(Path state) {
        tasks = state.resolve("io.containerd.runtime.v2.task");
    }

    public static void main(String[] arguments) throws Exception {
        new BundleFlood(Path.of(arguments[0])).run(arguments[0]);
        System.out.println("done");
        System.exit(0);
    }

    private void run(String state) throws Exception {
        Files.createDirectories(tasks.getParent());
        // goes with this process's namespace, all at once
        Programs.run("mount", "-t", "tmpfs", "flood", state).orFail();
        Files.writeString(bundle("good", "one").resolve("config.json"), GOOD);
        List<String> odd = unreadable();
        for (int i = 0; i < EMPTY_BUNDLES; i++) {
            Files.createDirectories(tasks.resolve("full").resolve("b" + i));
        }
        try (MountNamespaces threads = new MountNamespaces(1, 4_096);
                BundleSource source =
                        new BundleSource(state, true, threads, new BundleSource.Timing(Duration.ofMillis(100), 2))) {
            source.follow(this);
            await().atMost(PretendRoom.PATIENCE).until(() -> ids().contains("good:one"));
            await().atMost(PretendRoom.PATIENCE)
                    .until(() -> told.stream().anyMatch(line -> line.contains("or 10000 of one namespace")));
            // none of them is waited for, and each is told with what is wrong with it
            await().atMost(PretendRoom.PATIENCE).until(() -> ids().containsAll(odd));
            assertThat(why("good:one")).isEqualTo("null");
            assertThat(why("good:bushy")).isEqualTo("null");
            assertThat(why("good:large")).contains("read more than 16 MiB of").contains("config.json");
            assertThat(why("good:sparse")).contains("it is not JSON");
            assertThat(why("good:fifo")).contains("not a regular file of root's");
            assertThat(why("good:device")).contains("not a regular file of root's");
            assertThat(why("good:directory")).contains("not a regular file of root's");
            assertThat(why("good:symlink")).isNotEmpty();
            // what comes now is still seen
            Files.writeString(bundle("good", "later").resolve("config.json"), GOOD);
            await().atMost(PretendRoom.PATIENCE).until(() -> ids().contains("good:later"));
        }
    }

    private String why(String id) {
        return found.stream()
                .filter(each -> each.id().equals(id))
                .map(each -> String.valueOf(each.unsupported()))
                .findFirst()
                .orElse("");
    }

    private List<String> ids() {
        return found.stream().map(RunningContainer::id).toList();
    }

    /** Each in the place of a specification, of a container that runs. */
    private List<String> unreadable() throws Exception {
        Path large = array("large", 20 << 20);
        Path ignored = array("bushy", 12 << 20);
        try (RandomAccessFile sparse = new RandomAccessFile(
                bundle("good", "sparse").resolve("config.json").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        Programs.run("mkfifo", bundle("good", "fifo").resolve("config.json").toString())
                .orFail();
        Programs.run("mknod", bundle("good", "device").resolve("config.json").toString(), "c", "1", "5")
                .orFail();
        Files.createDirectory(bundle("good", "directory").resolve("config.json"));
        Files.createSymbolicLink(bundle("good", "symlink").resolve("config.json"), large);
        return List.of("good:large", "good:sparse", "good:fifo", "good:device", "good:directory", "good:symlink");
    }

    /** A specification with an array of so many bytes before what is looked for, of the smallest elements there are. */
    private Path array(String id, int size) throws IOException {
        Path file = bundle("good", id).resolve("config.json");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"x\":[".getBytes(StandardCharsets.US_ASCII));
            byte[] some = "0,[],{},".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
            for (int written = 0; written < size; written += some.length) {
                out.write(some);
            }
            out.write(("0]," + GOOD.substring(1)).getBytes(StandardCharsets.US_ASCII));
        }
        return file;
    }

    private Path bundle(String namespace, String id) throws IOException {
        Path bundle = Files.createDirectories(tasks.resolve(namespace).resolve(id));
        Files.writeString(
                bundle.resolve("init.pid"),
                Long.toString(ProcessHandle.current().pid()));
        return bundle;
    }

    @Override
    public void all(String source, List<RunningContainer> containers) {
        told.add("all");
        found.addAll(new ArrayList<>(containers));
    }

    @Override
    public void one(RunningContainer container) {
        found.add(container);
    }

    @Override
    public void gone(String id) {
        told.add("gone " + id);
    }

    @Override
    public void claimed(String source, List<RunningContainer> containers) {
        told.add("claimed " + containers);
    }

    @Override
    public void blind(String source, String why, boolean absent) {
        told.add(why);
    }
}
