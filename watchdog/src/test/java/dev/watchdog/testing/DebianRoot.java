package dev.watchdog.testing;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole Debian root file system, made once by debootstrap from Debian's packages and kept in {@link BuildCache} as
 * {@code roots/NAME-KEY}; the key is a hash of the recipe. About a minute for an engine's root, nothing afterwards; a
 * rolling suite stays as it was when built. Nobody may write to the tree that {@link #ready} gives: mount an overlay
 * over it, copy it, or make an image of it. debootstrap works in mount and pid namespaces of its own
 * and dies with the thread that waits for it, so whatever ends it takes its mounts and processes with it.
 *
 * @param name what it is for, in the characters of a file name
 * @param suite {@code bullseye}, {@code bookworm}, {@code trixie} or {@code sid}
 * @param packages Debian's packages besides the essential ones; what they depend on comes along, as debootstrap sees it
 */
public record DebianRoot(String name, String suite, List<String> packages) {
    /** Counts changes of how it is made that the fields do not show. */
    private static final String RECIPE = "3 minbase main";

    private static final Duration DEADLINE = Duration.ofMinutes(30);

    public DebianRoot {
        packages = packages.stream().sorted().distinct().toList();
        if (!(name + suite).matches("[a-z0-9-]+") || !String.join("", packages).matches("[a-z0-9.+-]*")) {
            throw new IllegalArgumentException("not names of files and packages: " + name + " " + suite + packages);
        }
    }

    /** For tests of an engine: dockerd, containerd, runc, the docker command, and the static busybox of their images. */
    public static DebianRoot engine(String suite) {
        List<String> packages = new ArrayList<>(
                List.of("docker.io", "containerd", "runc", "busybox-static", "mount", "procps", "iproute2"));
        if (suite.equals("trixie") || suite.equals("sid")) {
            packages.add("docker-cli"); // part of docker.io before
        }
        return new DebianRoot("engine-" + suite, suite, packages);
    }

    /** The finished tree. Builds it first when there is none, which takes about a minute, with lines of progress. */
    public Path ready() {
        BuildCache cache = BuildCache.ofUser();
        return cache.get("roots", name + "-" + key(), place -> debootstrap(cache, place));
    }

    /** Changes whenever the recipe does. */
    public String key() {
        return new ContentKey()
                .text(RECIPE, suite)
                .text(packages.toArray(String[]::new))
                .hex();
    }

    private void debootstrap(BuildCache cache, Path place) throws IOException {
        // what a power cut would spoil is made anew: dpkg need not wait for the disk after each file
        Path settings = Files.createDirectories(place.resolve("etc/dpkg/dpkg.cfg.d"));
        Files.writeString(settings.resolve("unsafe-io"), "force-unsafe-io\n");
        LongRun.run(
                "debootstrap of " + suite + " for " + name,
                DEADLINE,
                cache.shelf("logs").resolve(name + ".log"),
                List.of(
                        "setpriv",
                        "--pdeathsig=KILL",
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "--mount-proc",
                        "debootstrap",
                        "--variant=minbase",
                        "--cache-dir=" + cache.shelf("packages").toAbsolutePath(),
                        "--include=" + String.join(",", packages),
                        suite,
                        place.toAbsolutePath().toString()));
        try (DirectoryStream<Path> copies =
                Files.newDirectoryStream(place.resolve("var/cache/apt/archives"), "*.deb")) {
            for (Path copy : copies) {
                Files.delete(copy);
            }
        }
    }
}
