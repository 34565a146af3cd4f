package dev.watchdog.docker;

import java.nio.file.Path;
import java.util.List;

/**
 * The file tree that a private engine runs in: the machine's own, or another Debian's. That one becomes the root of the
 * engine's mount namespaces (pivot_root(2)): with a mere chroot, `docker exec` would land in the machine's tree, because
 * setns(2) puts it at the namespace's own root. The engine's directory then has another name inside, so that nobody can
 * take a path of one for a path of the other. All that is mounted for it goes with its namespaces.
 *
 * @param debian {@link #MACHINE}, or a tree that is only read: what is written goes to a tmpfs over it
 * @param directory the engine's own, on the machine
 */
record EngineTree(Path debian, Path directory) {
    static final Path MACHINE = Path.of("/");

    boolean isMachine() {
        return debian.equals(MACHINE);
    }

    /** What the engine calls its directory. */
    Path inside() {
        return isMachine() ? directory : Path.of("/srv").resolve(directory.getFileName());
    }

    /** Commands for the master namespace, whose root it then is; tests' files in /tmp are at the same place inside. */
    List<List<String>> making() {
        if (isMachine()) {
            return List.of();
        }
        String root = directory.resolve("root").toString();
        String scratch = directory.resolve("scratch").toString();
        String layers = "lowerdir=" + debian + ",upperdir=" + scratch + "/upper,workdir=" + scratch + "/work";
        return List.of(
                List.of("mkdir", root, scratch),
                List.of("mount", "-t", "tmpfs", "tmpfs", scratch),
                List.of("mkdir", scratch + "/upper", scratch + "/work"),
                List.of("mount", "-t", "overlay", "overlay", "-o", layers, root),
                List.of("mkdir", root + "/old", root + inside()),
                List.of("mount", "-t", "proc", "proc", root + "/proc"),
                List.of("mount", "--rbind", "/sys", root + "/sys"),
                List.of("mount", "--rbind", "/dev", root + "/dev"),
                List.of("mount", "--bind", "/tmp", root + "/tmp"),
                List.of("mount", "--bind", directory.toString(), root + inside()),
                List.of("pivot_root", root, root + "/old"),
                List.of("umount", "--lazy", "/old"));
    }
}
