package dev.watchdog.web;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file of a Unix domain socket that only its owner may ever reach. bind(2) makes the file with the process's umask,
 * so it is bound inside a directory nobody else can enter, made 0600 there and then renamed into place: there is no
 * moment at which somebody else could connect. rename(2) also replaces a dead agent's file in one step.
 *
 * <p>Not thread safe; its calls touch the file system and may block.
 */
final class SocketFile {
    /** sun_path of unix(7) has 108 bytes with the closing zero; the bound name is three bytes longer than the final. */
    private static final int LONGEST = 107 - 3;

    private static final int ROOT = 0;

    /** A directory that the kernel gives to whose rights this process has. */
    private static final Path OURSELVES = Path.of("/proc/self/fdinfo");

    private static final int OTHERS_WRITE = 022;
    private static final int IS_SOCKET = 0140000;
    private static final int IS_DIRECTORY = 0040000;
    private static final int TYPE = 0170000;

    private final Path path;
    private final Path directory;
    private final Path shelter;
    private @Nullable Object key;

    SocketFile(Path path) {
        this.path = path.toAbsolutePath();
        this.directory = Objects.requireNonNull(this.path.getParent(), "a socket cannot be the root directory");
        this.shelter = directory.resolve("." + this.path.getFileName());
    }

    /**
     * Makes ready to bind.
     *
     * @return where to bind
     * @throws IOException saying what is in the way
     */
    Path prepare() throws IOException {
        if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new IOException(path + " is too long for a socket, " + LONGEST + " bytes are the most: shorten"
                    + " control.socket");
        }
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        refuseWhatOthersCanChange(directory.toRealPath());
        refuseWhatIsNotDead();
        Path bound = shelter.resolve("s");
        if (Files.exists(shelter, LinkOption.NOFOLLOW_LINKS)) {
            if ((mode(shelter) & TYPE) != IS_DIRECTORY) {
                throw new IOException(shelter + " is there and is not a directory: move it away");
            }
            Files.deleteIfExists(bound);
            Files.delete(shelter);
        }
        Files.createDirectory(
                shelter, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return bound;
    }

    /** The sticky bit does not help: before there is a socket, anybody could make one of that name. */
    private void refuseWhatOthersCanChange(Path real) throws IOException {
        int owner = owner(real);
        if ((mode(real) & OTHERS_WRITE) != 0 || (owner != ROOT && owner != owner(OURSELVES))) {
            throw new IOException("others may write to " + directory + " and could put a socket of their own there:"
                    + " chown root and chmod go-w it, or choose another control.socket");
        }
    }

    private void refuseWhatIsNotDead() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if ((mode(path) & TYPE) != IS_SOCKET) {
            throw new IOException(
                    path + " is there and is not a socket: move it away, or choose another" + " control.socket");
        }
        if (somebodyListens()) {
            throw new IOException("another agent listens on " + path + ": stop it first");
        }
    }

    /** Only "connection refused" proves that nobody does; a full queue or a lack of permission does not. */
    private boolean somebodyListens() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** Puts the bound socket where clients look for it. */
    void publish() throws IOException {
        Path bound = shelter.resolve("s");
        Files.setPosixFilePermissions(bound, PosixFilePermissions.fromString("rw-------"));
        key = key(bound);
        Files.move(bound, path, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(shelter);
    }

    /** Takes the file away if it is still the one that was published. */
    void remove() throws IOException {
        Files.deleteIfExists(shelter.resolve("s"));
        Files.deleteIfExists(shelter);
        if (key != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && key.equals(key(path))) {
            Files.delete(path);
        }
    }

    private static int owner(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int mode(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
