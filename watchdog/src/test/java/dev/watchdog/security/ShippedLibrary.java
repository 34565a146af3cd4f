package dev.watchdog.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A library in a jar, as a file of its own or unpacked inside another.
 *
 * @param group empty when the jar does not tell it
 * @param jar the file it is in
 */
record ShippedLibrary(String group, String name, String version, String jar) {
    private static final Pattern COORDINATES = Pattern.compile("META-INF/maven/[^/]+/[^/]+/pom\\.properties");
    private static final Pattern FILE = Pattern.compile("(.+?)-([0-9].*)\\.jar");

    /** All that a program's jar names as its class path; what an earlier build left beside them does not count. */
    static List<ShippedLibrary> with(Path program) throws IOException {
        List<ShippedLibrary> found = new ArrayList<>();
        try (JarFile jar = new JarFile(program.toFile())) {
            String names = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
            for (String name : names.split(" ", -1)) {
                found.addAll(of(program.resolveSibling(name)));
            }
        }
        return found;
    }

    private static List<ShippedLibrary> of(Path file) throws IOException {
        String jar = file.getFileName().toString();
        List<ShippedLibrary> found = new ArrayList<>();
        try (JarFile content = new JarFile(file.toFile())) {
            for (JarEntry entry : content.stream()
                    .filter(each -> COORDINATES.matcher(each.getName()).matches())
                    .toList()) {
                Properties pom = new Properties();
                try (InputStream in = content.getInputStream(entry)) {
                    pom.load(in);
                }
                found.add(new ShippedLibrary(
                        pom.getProperty("groupId", ""),
                        pom.getProperty("artifactId", ""),
                        pom.getProperty("version", ""),
                        jar));
            }
        }
        Matcher named = FILE.matcher(jar);
        if (named.matches() && found.stream().noneMatch(each -> each.name().equals(named.group(1)))) {
            found.add(new ShippedLibrary("", named.group(1), named.group(2), jar));
        }
        return found;
    }
}
