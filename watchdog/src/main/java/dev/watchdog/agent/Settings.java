package dev.watchdog.agent;

import dev.watchdog.containerd.ContainerdSettings;
import dev.watchdog.docker.DockerSettings;
import dev.watchdog.events.CommandRules;
import dev.watchdog.healing.DataSize;
import dev.watchdog.healing.Mode;
import dev.watchdog.kafka.KafkaSettings;
import dev.watchdog.libvirt.LibvirtSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The configuration of everything but the fault domains. Each component may be set under its name; {@link #DEFAULTS}
 * holds what is so otherwise. The records refuse what cannot be, so a value of this type is always usable.
 *
 * @param mode what may be done about every kind of fault that {@code modes} does not name
 * @param modes exceptions by fault kind
 */
public record Settings(
        Host host,
        Mode mode,
        Map<String, Mode> modes,
        JournalSection journal,
        Http http,
        Control control,
        DockerSettings docker,
        ContainerdSettings containerd,
        LibvirtSettings libvirt,
        KafkaSettings kafka) {
    /** As shipped. */
    public static final Settings DEFAULTS = new Settings(
            new Host("", "", Map.of()),
            Mode.HEAL,
            Map.of(),
            new JournalSection(Path.of("/var/lib/watchdog"), DataSize.mebibytes(1024), Duration.ofDays(30)),
            new Http(new ListenAddress("127.0.0.1", 9757)),
            new Control(Path.of("/run/watchdog/control.sock")),
            new DockerSettings(List.of(DockerSettings.USUAL)),
            ContainerdSettings.SHIPPED,
            LibvirtSettings.SHIPPED,
            KafkaSettings.SHIPPED);

    public Settings {
        modes = Map.copyOf(modes);
    }

    /** The outside world as fault domains are given it, by the class of each record. */
    Map<Class<?>, Record> sections() {
        return Map.of(
                DockerSettings.class, docker, ContainerdSettings.class, containerd, LibvirtSettings.class, libvirt);
    }

    /**
     * Which host this is.
     *
     * @param id empty: derived from the host's machine-id
     * @param name empty: the host name
     * @param labels what commands may select hosts by
     */
    public record Host(String id, String name, Map<String, String> labels) {
        public Host {
            require(
                    id.isEmpty() || CommandRules.isHost(id),
                    "must be up to 128 letters, digits, dots, underscores, hyphens, and begin with one of the first two");
            labels = Map.copyOf(labels);
        }
    }

    /**
     * How the journal is kept.
     *
     * @param maxSize of database and write-ahead log together
     * @param maxAge entries older than this are dropped, unless a fault or an action still needs them
     */
    public record JournalSection(Path directory, DataSize maxSize, Duration maxAge) {
        private static final long LEAST = 4L << 20;

        public JournalSection {
            require(directory.isAbsolute(), "must be an absolute path, such as /var/lib/watchdog");
            require(directory.toString().indexOf('?') < 0, "must not contain a question mark");
            require(maxSize.bytes() >= LEAST, "must be at least 4MiB");
            require(maxAge.compareTo(Duration.ofMinutes(1)) >= 0, "must be at least 1m");
        }
    }

    /** The TCP door; it only reads. */
    public record Http(ListenAddress listen) {}

    /** The control socket, for root on this host. */
    public record Control(Path socket) {
        /** sockaddr_un.sun_path holds 108 bytes with the closing zero, unix(7). */
        private static final int LONGEST = 107;

        public Control {
            require(socket.isAbsolute(), "must be an absolute path, such as /run/watchdog/control.sock");
            require(socket.toString().length() <= LONGEST, "must be at most 107 characters long, the kernel's limit");
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
