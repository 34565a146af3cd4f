package dev.watchdog.guests;

import dev.watchdog.linux.LockedPidFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pid files that libvirt keeps of its QEMUs. Those of the system's daemon are root's; those of users' own daemons are
 * not believed, nor are those of a daemon in a container seen, which has another {@code /run}.
 */
final class PidFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PidFiles.class);
    private static final Pattern SYSTEM = Pattern.compile("qemu(\\+unix)?:///system(\\?.*)?");

    private final Path directory;

    /** @param run {@code /run} */
    PidFiles(Path run) {
        this.directory = run.resolve("libvirt/qemu");
    }

    /** Who holds the lock of a guest's; none when that cannot be told. Blocks on the file system. */
    OptionalInt holder(SeenGuest guest) {
        if (!SYSTEM.matcher(guest.source()).matches()) {
            return OptionalInt.empty();
        }
        try {
            return LockedPidFile.holder(directory, guest.name());
        } catch (IOException e) {
            LOG.debug("the pid file of guest {} proves nothing: {}", guest.id(), e.getMessage());
            return OptionalInt.empty();
        }
    }
}
