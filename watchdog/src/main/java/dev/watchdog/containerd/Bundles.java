package dev.watchdog.containerd;

import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Directories;
import dev.watchdog.linux.FileInput;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.RootView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The bundles of one containerd, {@code <state>/io.containerd.runtime.v2.task/<namespace>/<id>/} (containerd
 * runtime/v2/bundle.go, 1.2 to 2.1): its shims write {@code init.pid} there once the container's root is in place. Files
 * are read as containerd's process sees them, only if they are regular files of root's, and only so many bytes. Reads
 * files: on a resident thread.
 */
public final class Bundles {
    /** Where containerd listens, in its state directory. */
    public static final String SOCKET = "containerd.sock";

    private static final String TASKS = "io.containerd.runtime.v2.task";
    private static final int MOST_NAMESPACES = 1_000;
    /** Of one namespace. */
    public static final int MOST_BUNDLES = 10_000;
    /** The specification of a container with hundreds of mounts is below 300 KiB; nothing of its length is kept. */
    static final long MOST_BYTES = 16 << 20;

    private static final int PID_BYTES = 16;
    private static final int LONGEST_NAME = 256;

    private static final List<String> ROOT_PATH = List.of("root", "path");
    private static final String ANNOTATIONS = "annotations";
    private static final String KUBELET_POD = "io.kubernetes.pod.name";
    private static final String KUBELET_NAMESPACE = "io.kubernetes.pod.namespace";
    private static final String KUBELET_CONTAINER = "io.kubernetes.container.name";
    private static final String CRI_POD = "io.kubernetes.cri.sandbox-name";
    private static final String CRI_NAMESPACE = "io.kubernetes.cri.sandbox-namespace";
    private static final String CRI_CONTAINER = "io.kubernetes.cri.container-name";
    private static final List<String> CAPABILITIES = List.of("process", "capabilities");
    private static final Set<List<String>> WANTED = Stream.concat(
                    Stream.of(
                            ROOT_PATH,
                            List.of(ANNOTATIONS, KUBELET_POD),
                            List.of(ANNOTATIONS, KUBELET_NAMESPACE),
                            List.of(ANNOTATIONS, KUBELET_CONTAINER),
                            List.of(ANNOTATIONS, CRI_POD),
                            List.of(ANNOTATIONS, CRI_NAMESPACE),
                            List.of(ANNOTATIONS, CRI_CONTAINER)),
                    Capabilities.wanted(CAPABILITIES).stream())
            .collect(Collectors.toUnmodifiableSet());

    /** containerd identifiers/validate.go. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*");

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");
    private final String tasks;

    /** Of the containerd with this state directory. */
    public Bundles(String state) {
        this.tasks = state + "/" + TASKS;
    }

    /** Whether text could be the name of a namespace or of a container. */
    public static boolean isIdentifier(String text) {
        return text.length() <= 76 && IDENTIFIER.matcher(text).matches();
    }

    /** The directory of the namespaces; null while there is none. */
    public @Nullable Descriptor open(RootView files) throws IOException {
        return directory(files, tasks);
    }

    /** The directory of one namespace's bundles; null when there is none. */
    public @Nullable Descriptor open(RootView files, String namespace) throws IOException {
        return directory(files, tasks + "/" + namespace);
    }

    private static @Nullable Descriptor directory(RootView files, String path) throws IOException {
        Descriptor found = files.openOwned(path);
        if (found == null || found.status().isDirectory()) {
            return found;
        }
        found.close();
        return null;
    }

    /**
     * What a directory holds.
     *
     * @param names in no order
     * @param all false if there are more than are read
     */
    public record Listed(List<String> names, boolean all) {
        public Listed {
            names = List.copyOf(names);
        }
    }

    /** The names of the namespaces that have, or had, tasks; the first {@value #MOST_NAMESPACES}. */
    public Listed namespaces(Descriptor directory) throws IOException {
        return identifiers(directory, MOST_NAMESPACES);
    }

    /** The ids of the bundles of a namespace; the first {@value #MOST_BUNDLES}. */
    public Listed ids(Descriptor directory) throws IOException {
        return identifiers(directory, MOST_BUNDLES);
    }

    private static Listed identifiers(Descriptor directory, int most) throws IOException {
        List<String> names = Directories.names(directory, most + 1);
        return new Listed(
                names.stream().limit(most).filter(Bundles::isIdentifier).toList(), names.size() <= most);
    }

    /**
     * The first process of a bundle's container.
     *
     * @return 0 while it is being made, or when it is not there any more
     * @throws IOException if it does not tell what it should
     */
    public int pid(RootView files, String namespace, String id) throws IOException {
        String bundle = bundle(namespace, id);
        FileStatus directory = files.look(bundle);
        if (directory == null || !directory.isDirectory()) {
            return 0;
        }
        byte[] pid = files.read(bundle + "/init.pid", PID_BYTES);
        if (pid == null || pid.length == 0) {
            return 0;
        }
        String number = new String(pid, StandardCharsets.ISO_8859_1).strip();
        if (!PID.matcher(number).matches()) {
            throw new IOException(bundle + "/init.pid tells no process");
        }
        return Integer.parseInt(number);
    }

    /**
     * One bundle.
     *
     * @param pid what {@link #pid} told
     * @return null while it is being made, or when it is not there any more
     * @throws IOException if it does not tell what it should, or is too large
     */
    public @Nullable Bundle read(RootView files, String namespace, String id, int pid) throws IOException {
        String bundle = bundle(namespace, id);
        Map<List<String>, String> told;
        try (FileInput specification = files.stream(bundle + "/config.json", MOST_BYTES)) {
            if (specification == null) {
                return null;
            }
            told = JsonFields.read(specification, WANTED);
        } catch (IOException e) {
            throw new IOException(bundle + "/config.json is not understood: " + e.getMessage(), e);
        }
        String rootfs = bundle + "/rootfs";
        String path = told.getOrDefault(ROOT_PATH, "");
        return new Bundle(
                namespace,
                id,
                name(told),
                pid,
                rootfs,
                path.equals("rootfs") || path.equals(rootfs),
                Capabilities.mayMount(told, CAPABILITIES));
    }

    private String bundle(String namespace, String id) {
        return tasks + "/" + namespace + "/" + id;
    }

    /** As the kubelet's annotations have it, or those that containerd's CRI plugin derives from them. */
    private static String name(Map<List<String>, String> told) {
        String pod = annotation(told, KUBELET_POD, CRI_POD);
        String namespace = annotation(told, KUBELET_NAMESPACE, CRI_NAMESPACE);
        String own = annotation(told, KUBELET_CONTAINER, CRI_CONTAINER);
        if (pod.isEmpty()) {
            return "";
        }
        String name = (namespace.isEmpty() ? "" : namespace + "/") + pod + (own.isEmpty() ? "" : "/" + own);
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    private static String annotation(Map<List<String>, String> told, String kubelets, String derived) {
        return told.getOrDefault(List.of(ANNOTATIONS, kubelets), told.getOrDefault(List.of(ANNOTATIONS, derived), ""));
    }
}
