package dev.watchdog.linux;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What /proc tells of processes. Everything is only as true as the pid: hold a {@link Pidfd} over several questions,
 * or compare {@link #startTime}. Names and command lines are the process's own claims. Reading a command line can
 * block on a process stuck in its own memory: ask on a resident thread.
 */
public final class Processes {
    /** USER_HZ is 100 on every architecture that is supported (asm-generic/param.h). */
    static final int MILLIS_A_TICK = 10;

    private static final Path PROC = Path.of("/proc");
    /** A page of command line tells enough. */
    private static final int COMMAND_LINE_BYTES = 4096;

    /** Some 9,000 numbers: a process may have as many children as its user may have processes. */
    private static final int CHILDREN_BYTES = 1 << 16;
    /** A line of a few hundred bytes. */
    private static final int STAT_BYTES = 4096;

    /** kernel.pid_max is 4,194,304 at most; a host of so many is somebody's game. */
    static final int MOST_PROCESSES = 1 << 18;

    private Processes() {}

    /** Inode of the process's mount namespace, which names it while it lives. */
    public static long mountNamespace(int pid) throws IOException {
        return namespace(pid, "mnt");
    }

    /** Inode of the process's user namespace: another than pid 1's is what a rootless engine lives in. */
    public static long userNamespace(int pid) throws IOException {
        return namespace(pid, "user");
    }

    /** Inode of the process's pid namespace: another than the agent's is what a container has. */
    public static long pidNamespace(int pid) throws IOException {
        return namespace(pid, "pid");
    }

    private static long namespace(int pid, String kind) throws IOException {
        return inode(Files.readSymbolicLink(of(pid, "ns/" + kind)).toString());
    }

    /** Of a link of procfs such as {@code mnt:[4026531841]} or {@code socket:[4242]}. */
    static long inode(String link) {
        return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
    }

    /** The effective user, as this process's user namespace numbers it. */
    public static int user(int pid) throws IOException {
        return ProcessFacts.user(pid);
    }

    /**
     * Every process that there is a directory of, in no order.
     *
     * @throws IOException if there are more than {@value #MOST_PROCESSES}
     */
    public static List<Integer> all() throws IOException {
        return all(PROC, MOST_PROCESSES);
    }

    static List<Integer> all(Path proc, int most) throws IOException {
        List<Integer> pids = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[1-9]*")) {
            for (Path entry : entries) {
                if (pids.size() == most) {
                    throw new IOException("there are more than " + most + " processes");
                }
                pids.add(Integer.valueOf(entry.getFileName().toString()));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return pids;
    }

    /**
     * Those that it started and that live, and those it was given to bring up (CONFIG_PROC_CHILDREN); the oldest of them
     * when they are more than {@value #CHILDREN_BYTES} bytes tell.
     */
    public static List<Integer> children(int pid) throws IOException {
        return numbers(beginning(of(pid, "task/" + pid + "/children"), CHILDREN_BYTES));
    }

    /** Each ends with a space: what is cut off is left out. */
    static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String each : text.substring(0, text.lastIndexOf(' ') + 1).split(" ", -1)) {
            if (!each.isBlank()) {
                numbers.add(Integer.valueOf(each.strip()));
            }
        }
        return numbers;
    }

    private static String beginning(Path file, int most) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most);
            return PathBytes.decode(bytes, 0, bytes.length);
        }
    }

    public static boolean exists(int pid) {
        return Files.exists(PROC.resolve(Integer.toString(pid)));
    }

    public static int parent(int pid) throws IOException {
        return Integer.parseInt(statField(pid, 4));
    }

    /** Clock ticks from boot to its start: with the pid it names a process within one boot. */
    public static long startTime(int pid) throws IOException {
        return Long.parseLong(statField(pid, 22));
    }

    /** How long after boot it started, to the hundredth of a second. */
    public static Duration startedAfterBoot(int pid) throws IOException {
        return Duration.ofMillis(startTime(pid) * MILLIS_A_TICK);
    }

    /** The kernel's name of it, at most 15 bytes. */
    public static String name(int pid) throws IOException {
        String comm = beginning(of(pid, "comm"), STAT_BYTES);
        return comm.substring(0, Math.max(0, comm.length() - 1));
    }

    /** The first {@value #COMMAND_LINE_BYTES} bytes of its arguments; empty for kernel threads and zombies. */
    public static List<String> commandLine(int pid) throws IOException {
        String[] arguments = beginning(of(pid, "cmdline"), COMMAND_LINE_BYTES).split("\0", -1);
        boolean closed = arguments[arguments.length - 1].isEmpty();
        return List.of(Arrays.copyOf(arguments, arguments.length - (closed ? 1 : 0)));
    }

    private static String statField(int pid, int number) throws IOException {
        return statField(beginning(of(pid, "stat"), STAT_BYTES), number);
    }

    /** Fields of proc_pid_stat(5), counted from 1. The second is in parentheses and may itself hold some, and spaces. */
    static String statField(String stat, int number) throws IOException {
        String[] rest = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        if (number < 3 || rest.length <= number - 3) {
            throw new IOException("/proc/<pid>/stat has no field " + number);
        }
        return rest[number - 3];
    }

    private static Path of(int pid, String file) {
        return PROC.resolve(pid + "/" + file);
    }
}
