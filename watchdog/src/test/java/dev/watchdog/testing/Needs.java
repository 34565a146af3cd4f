package dev.watchdog.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What a tier needs of the machine. A need that is missing skips the test, or fails it where every tier is required. */
abstract sealed class Needs implements ExecutionCondition {
    private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

    /** What is missing, each in a few words; empty when the test can run. */
    abstract List<String> missing();

    @Override
    public final ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("all needs are met");
        }
        String why = "needs " + String.join(", ", missing);
        if ("all".equals(System.getProperty("watchdog.require"))) {
            throw new IllegalStateException(context.getDisplayName() + " " + why + "; watchdog/bin/verify installs it");
        }
        if (SAID.add(context.getDisplayName())) {
            System.err.println("skipped: " + context.getDisplayName() + " " + why + " (run watchdog/bin/verify)");
        }
        return ConditionEvaluationResult.disabled(why);
    }

    static final class Root extends Needs {
        @Override
        List<String> missing() {
            return isRoot() ? List.of() : List.of("root");
        }
    }

    static final class Engine extends Needs {
        @Override
        List<String> missing() {
            List<String> missing = new ArrayList<>();
            if (!isRoot()) {
                missing.add("root");
            }
            need("dockerd", "docker.io", missing);
            need("docker", "docker.io", missing);
            need("containerd", "containerd", missing);
            need("busybox", "busybox-static", missing);
            need("unshare", "util-linux", missing);
            need("fuse-overlayfs", "fuse-overlayfs", missing);
            return missing;
        }
    }

    static final class Podman extends Needs {
        @Override
        List<String> missing() {
            List<String> missing = new ArrayList<>();
            if (!isRoot()) {
                missing.add("root");
            }
            need("podman", "podman", missing);
            need("runc", "runc", missing);
            need("busybox", "busybox-static", missing);
            return missing;
        }
    }

    static final class Debootstrap extends Needs {
        @Override
        List<String> missing() {
            List<String> missing = new ArrayList<>();
            if (!isRoot()) {
                missing.add("root");
            }
            need("debootstrap", "debootstrap", missing);
            need("unshare", "util-linux", missing);
            return missing;
        }
    }

    static final class Foreign extends Needs {
        @Override
        List<String> missing() {
            List<String> missing = new ArrayList<>();
            need("node", "nodejs", missing);
            need("npm", "npm", missing);
            need("python3", "python3", missing);
            need("openssl", "openssl", missing);
            need("kcat", "kcat", missing);
            for (String module : List.of("jsonschema", "kafka")) {
                if (!Files.isDirectory(Path.of("/usr/lib/python3/dist-packages", module))) {
                    missing.add(module + " for Python (Debian package python3-" + module + ")");
                }
            }
            return missing;
        }
    }

    static final class WholeMachine extends Needs {
        @Override
        List<String> missing() {
            List<String> missing = new Debootstrap().missing();
            need("mke2fs", "e2fsprogs", missing);
            need("qemu-system-x86_64", "qemu-system-x86", missing);
            return missing;
        }
    }

    static final class Guests extends Needs {
        @Override
        List<String> missing() {
            List<String> missing = new WholeMachine().missing();
            need("libvirtd", "libvirt-daemon", missing);
            need("virsh", "libvirt-clients", missing);
            need("nsenter", "util-linux", missing);
            return missing;
        }
    }

    private static void need(String program, String source, List<String> missing) {
        if (!Programs.present(program)) {
            missing.add(program + " (Debian package " + source + ")");
        }
    }

    private static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
