package dev.watchdog.containers;

import dev.watchdog.linux.RootView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What in a systemd unit's files gives its processes a mount namespace of their own (systemd.exec(5), "Sandboxing" and
 * "Paths"). Files are read as the engine's process sees them, only those of root's. On a resident thread.
 */
final class UnitFiles {
    private static final List<String> DIRECTORIES =
            List.of("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system");

    private static final Set<String> NAMESPACES = Set.of(
            "MountFlags",
            "PrivateTmp",
            "PrivateMounts",
            "PrivateDevices",
            "ProtectSystem",
            "ProtectHome",
            "ProtectKernelTunables",
            "ProtectKernelModules",
            "ProtectKernelLogs",
            "ProtectControlGroups",
            "ProtectProc",
            "ReadOnlyPaths",
            "ReadWritePaths",
            "InaccessiblePaths",
            "ReadOnlyDirectories",
            "InaccessibleDirectories",
            "BindPaths",
            "BindReadOnlyPaths",
            "TemporaryFileSystem",
            "RootDirectory",
            "RootImage",
            "DynamicUser");

    private static final Set<String> OFF = Set.of("", "no", "false", "off", "0");
    private static final int MOST_FILES = 64;
    private static final int MOST_OPTIONS = 32;
    private static final int MOST_BYTES = 65_536;
    private static final int LONGEST = 200;

    private UnitFiles() {}

    /** Such as {@code MountFlags=slave (/etc/systemd/system/docker.service.d/old.conf)}; what cannot be read is left out. */
    static List<String> options(int pid, RootView files, String unit) {
        List<String> found = new ArrayList<>();
        if (!unit.isEmpty()) {
            for (String directory : DIRECTORIES) {
                List<String> paths = new ArrayList<>(List.of(directory + "/" + unit));
                paths.addAll(dropIns(pid, directory + "/" + unit + ".d"));
                paths.forEach(path -> read(files, path, found));
            }
        }
        return found.subList(0, Math.min(MOST_OPTIONS, found.size()));
    }

    private static List<String> dropIns(int pid, String directory) {
        List<String> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/root" + directory), "*.conf")) {
            for (Path entry : entries) {
                if (paths.size() == MOST_FILES) {
                    break;
                }
                paths.add(directory + "/" + entry.getFileName());
            }
        } catch (IOException | DirectoryIteratorException e) {
            return paths;
        }
        return paths;
    }

    private static void read(RootView files, String path, List<String> found) {
        try {
            byte[] content = files.read(path, MOST_BYTES);
            if (content != null) {
                for (String option : options(new String(content, StandardCharsets.UTF_8))) {
                    String told = option + " (" + path + ")";
                    if (!found.contains(told)) {
                        found.add(told);
                    }
                }
            }
        } catch (IOException e) {
            // a symlink or a directory in its place says nothing
        }
    }

    static List<String> options(String unitFile) {
        return unitFile.lines()
                .map(String::strip)
                .filter(UnitFiles::matters)
                .map(line -> line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…")
                .toList();
    }

    private static boolean matters(String line) {
        int equals = line.indexOf('=');
        return equals > 0
                && NAMESPACES.contains(line.substring(0, equals).strip())
                && !OFF.contains(line.substring(equals + 1).strip().toLowerCase(java.util.Locale.ROOT));
    }
}
