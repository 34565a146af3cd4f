package dev.watchdog.docker;

import dev.watchdog.testing.Programs;
import dev.watchdog.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Everything one private dockerd has made on this machine, found by the one name that stands in all of it: that of its
 * directory, which is its cgroup's as well. Finding needs no memory, so it works for the remains of a dead test JVM too.
 */
final class Remains {
    private static final Path PROC = Path.of("/proc");
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Path SHIM_SOCKETS = Path.of("/run/containerd/s");

    private final Path directory;
    private final String name;

    Remains(Path directory) {
        this.directory = directory;
        this.name = directory.getFileName().toString();
    }

    /** Kills the processes, takes the mounts, cgroups and shim sockets away, deletes the directory. */
    void clear() {
        List<Path> sockets = shimSockets();
        for (int round = 0; round < 200 && !processes().isEmpty(); round++) {
            for (long pid : processes()) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            breathe();
        }
        List<String> mounts = new ArrayList<>(mountsHere());
        mounts.sort(Comparator.comparingInt(String::length).reversed());
        mounts.forEach(mount -> Programs.run("umount", "-l", mount));
        for (int round = 0; round < 100 && !cgroups().isEmpty(); round++) {
            cgroups().forEach(Remains::tryDelete);
            breathe();
        }
        sockets.forEach(Remains::tryDelete);
        try {
            Trees.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }

    /** What is still there, in words; empty when nothing is. */
    List<String> list() {
        List<String> found = new ArrayList<>();
        processes()
                .forEach(pid -> found.add("process " + pid + " "
                        + read(PROC.resolve(pid + "/cmdline")).replace('\0', ' ')));
        mountsAnywhere().forEach(line -> found.add("mount " + line));
        cgroups().forEach(cgroup -> found.add("cgroup " + cgroup));
        if (Files.exists(directory)) {
            found.add("directory " + directory);
        }
        shimSockets().forEach(socket -> found.add("socket " + socket));
        return found;
    }

    /** Processes started with our paths, or living in our cgroup; never this JVM. */
    private List<Long> processes() {
        List<Long> found = new ArrayList<>();
        for (Path process : pids()) {
            long pid = Long.parseLong(process.getFileName().toString());
            if (pid != ProcessHandle.current().pid()
                    && (read(process.resolve("cgroup")).contains("/" + name)
                            || (read(process.resolve("cmdline")) + "\0").contains("/" + name + "/"))
                    && !read(process.resolve("stat")).contains(") Z ")) {
                found.add(pid);
            }
        }
        return found;
    }

    private List<String> mountsHere() {
        return read(Path.of("/proc/self/mountinfo"))
                .lines()
                .map(line -> line.split(" ", 6)[4].replace("\\040", " "))
                .filter(mount -> mount.startsWith(directory + "/"))
                .toList();
    }

    private List<String> mountsAnywhere() {
        Set<String> namespaces = new HashSet<>();
        List<String> found = new ArrayList<>();
        for (Path process : pids()) {
            if (namespaces.add(namespace(process))) {
                read(process.resolve("mountinfo"))
                        .lines()
                        .filter(line -> line.contains("/" + name + "/"))
                        .forEach(line -> found.add("seen by " + process.getFileName() + ": " + line));
            }
        }
        return found;
    }

    private static String namespace(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
        } catch (IOException e) {
            return "gone";
        }
    }

    /** Deepest first, so that they can be removed in this order. */
    private List<Path> cgroups() {
        List<Path> found = new ArrayList<>();
        List<Path> hierarchies = new ArrayList<>(children(CGROUPS));
        hierarchies.add(CGROUPS);
        for (Path hierarchy : hierarchies) {
            Path ours = hierarchy.resolve(name);
            if (Files.isDirectory(ours)) {
                try (Stream<Path> tree = Files.walk(ours)) {
                    tree.filter(Files::isDirectory).forEach(found::add);
                } catch (IOException | UncheckedIOException e) {
                    found.add(ours);
                }
            }
        }
        found.sort(Comparator.comparingInt(Path::getNameCount).reversed());
        return found;
    }

    /** containerd keeps each shim's socket outside its own directories and notes the address in the bundle. */
    private List<Path> shimSockets() {
        Path tasks = directory.resolve("exec/containerd/daemon/io.containerd.runtime.v2.task");
        return children(tasks).stream()
                .flatMap(namespace -> children(namespace).stream())
                .map(bundle -> read(bundle.resolve("address")).strip())
                .filter(address -> address.startsWith("unix://" + SHIM_SOCKETS))
                .map(address -> Path.of(address.substring("unix://".length())))
                .filter(Files::exists)
                .toList();
    }

    private static List<Path> pids() {
        return children(PROC).stream()
                .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
                .toList();
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static void tryDelete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // list() tells what stays
        }
    }

    /** Ends of processes are not announced to strangers, so this looks again a little later; bounded by the callers. */
    private static void breathe() {
        LockSupport.parkNanos(5_000_000);
    }
}
