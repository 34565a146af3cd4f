package dev.watchdog.containers;

import dev.watchdog.containerd.JsonFields;
import dev.watchdog.linux.FileInput;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a dockerd was started with, for when its API does not tell: options on the command line come before the
 * configuration file, which comes before the default (dockerd(8)). On a resident thread.
 */
final class EngineProcess {
    private static final String EXEC_ROOT = "exec-root";
    private static final List<String> WANTED = List.of(EXEC_ROOT);
    private static final String DEFAULT_EXEC_ROOT = "/var/run/docker";
    private static final String DEFAULT_CONFIGURATION = "/etc/docker/daemon.json";
    private static final int MOST_BYTES = 1 << 20;

    private EngineProcess() {}

    /** The directory below which its runtime keeps its state. */
    static String execRoot(int pid, RootView files) throws IOException {
        List<String> words = Processes.commandLine(pid);
        String told = option(words, EXEC_ROOT);
        if (told == null) {
            String configuration = option(words, "config-file");
            told = configured(files, configuration == null ? DEFAULT_CONFIGURATION : configuration);
        }
        return told == null || !told.startsWith("/") ? DEFAULT_EXEC_ROOT : told;
    }

    /** {@code --name=value} or {@code --name value}; the last one counts. */
    static @Nullable String option(List<String> words, String name) {
        String value = null;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("--" + name + "=")) {
                value = word.substring(name.length() + 3);
            } else if (word.equals("--" + name) && i + 1 < words.size()) {
                value = words.get(i + 1);
            }
        }
        return value;
    }

    private static @Nullable String configured(RootView files, String path) throws IOException {
        try (FileInput content = path.startsWith("/") ? files.stream(path, MOST_BYTES) : null) {
            return content == null
                    ? null
                    : JsonFields.read(content, Set.of(WANTED)).get(WANTED);
        } catch (JsonFields.Malformed e) {
            return null;
        }
    }
}
