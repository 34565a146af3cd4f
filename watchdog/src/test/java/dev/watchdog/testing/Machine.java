package dev.watchdog.testing;

import dev.watchdog.testing.Programs.Ran;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A whole Debian machine under QEMU, emulated in software (TCG: {@code /dev/kvm} may be there and not work), with
 * dockerd, containerd, devicemapper and Java. What is being tested is at {@code /srv}. Its disk takes writes until it is
 * closed and forgets them. It has no network. QEMU dies with the thread that booted it.
 */
public final class Machine implements AutoCloseable {
    /**
     * Without {@code no_timer_check} the kernel counts ticks for a moment, and panics ("IO-APIC + timer doesn't work!")
     * where the host lets QEMU's threads wait that long.
     */
    private static final String KERNEL =
            "console=ttyS0 root=/dev/vda rw init=/machine-init quiet panic=-1 mitigations=off no_timer_check";

    private static final Duration BOOT = Duration.ofMinutes(10);
    /** For what a failure tells besides: the machine may be what hangs. */
    private static final Duration LAST_WORDS = Duration.ofMinutes(1);

    private static final int TAIL = 8_000;
    private static final Duration DEADLINE = Duration.ofMinutes(6);

    private final Path directory;
    private final Process qemu;
    private final GuestAgent agent;

    private Machine(Path directory, Process qemu, GuestAgent agent) {
        this.directory = directory;
        this.qemu = qemu;
        this.agent = agent;
    }

    /** The program as {@code watchdog.home} was built, and further files, as a disk to boot with. */
    public static Path program(Path directory, List<Path> more) throws IOException {
        Path tree = InstalledProgram.in(directory.resolve("srv")).directory();
        for (Path file : more) {
            Files.copy(file, tree.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        }
        Path image = directory.resolve("srv.ext4");
        MachineImage.program(tree, image);
        return image;
    }

    /**
     * Boots and waits until commands can be run; builds the system's disk first if there is none.
     *
     * @param program what {@link #program} made
     * @param directory for its socket, console and log; empty, and the caller's to delete after {@link #close}
     */
    public static Machine boot(Path program, Path directory) throws IOException {
        Path system = MachineImage.system();
        long begun = System.nanoTime();
        Path socket = directory.resolve("commands.sock");
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig=KILL", "qemu-system-x86_64"));
        command.addAll(List.of("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"));
        command.addAll(List.of("-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"));
        command.addAll(List.of("-smp", "2", "-m", "3072", "-device", "virtio-rng"));
        command.addAll(List.of("-kernel", MachineImage.kernel().toString()));
        command.addAll(List.of("-initrd", MachineImage.initialRamDisk().toString()));
        command.addAll(List.of("-append", KERNEL));
        command.addAll(List.of("-serial", "file:" + directory.resolve("console.log")));
        command.addAll(List.of("-drive", "file=" + system + ",format=raw,if=virtio,snapshot=on,cache=unsafe"));
        command.addAll(List.of("-drive", "file=" + program + ",format=raw,if=virtio,readonly=on"));
        command.addAll(List.of("-chardev", "socket,id=commands,path=" + socket + ",server=on,wait=off"));
        command.addAll(List.of("-device", "virtio-serial", "-device", "virtserialport,chardev=commands,name=commands"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("qemu.log").toFile());
        builder.environment().put("TMPDIR", directory.toString());
        Process qemu = builder.start();
        try {
            Awaitility.await("QEMU's command channel")
                    .atMost(BOOT)
                    .failFast("QEMU ended", () -> !qemu.isAlive())
                    .until(() -> Files.exists(socket));
            GuestAgent agent = new GuestAgent(socket);
            agent.sync(BOOT);
            System.err.println("machine: up after "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            return new Machine(directory, qemu, agent);
        } catch (IOException | RuntimeException | Error e) {
            kill(qemu);
            throw new AssertionError("the machine did not come up\n" + logs(directory), e);
        }
    }

    /** Runs a program in it, whatever the exit code. Six minutes at most. */
    public Ran run(String... command) {
        return run("", List.of(command));
    }

    /** As {@link #run(String...)}, with standard input. */
    public Ran run(String input, List<String> command) {
        try {
            return agent.run(command, input, DEADLINE);
        } catch (IOException | AssertionError e) {
            throw new AssertionError("cannot run " + command + " in the machine\n" + logs(directory), e);
        }
    }

    /** Starts a program in it that goes on, a daemon; what it says is appended to a file of the machine. */
    public void start(String log, String... command) {
        List<String> all = new ArrayList<>(List.of("setsid", "sh", "-c", "exec \"$@\" >>\"$0\" 2>&1", log));
        all.addAll(List.of(command));
        try {
            agent.start(all, DEADLINE);
        } catch (IOException | AssertionError e) {
            throw new AssertionError("cannot start " + all + " in the machine\n" + logs(directory), e);
        }
    }

    /** For failures: the end of QEMU's log, of the console, and of what these print, which never fails itself. */
    public String lastWords(List<List<String>> commands) {
        StringBuilder all = new StringBuilder(logs(directory));
        try {
            agent.sync(LAST_WORDS);
            for (List<String> each : commands) {
                Ran ran = agent.run(each, "", LAST_WORDS);
                all.append(String.join(" ", each)).append(":\n").append(tail(ran.out() + ran.err()));
            }
        } catch (IOException | AssertionError e) {
            all.append("no more: ").append(e).append('\n');
        }
        return all.toString();
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - TAIL)) + "\n";
    }

    @Override
    public void close() throws IOException {
        agent.close();
        kill(qemu);
    }

    private static void kill(Process qemu) {
        qemu.destroyForcibly();
        try {
            if (!qemu.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("QEMU, process " + qemu.pid() + ", does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while QEMU ended", e);
        }
    }

    private static String logs(Path directory) {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("qemu.log", "console.log")) {
            try {
                all.append(name).append(":\n").append(tail(Files.readString(directory.resolve(name))));
            } catch (IOException e) {
                all.append(name).append(": ").append(e).append('\n');
            }
        }
        return all.toString();
    }
}
