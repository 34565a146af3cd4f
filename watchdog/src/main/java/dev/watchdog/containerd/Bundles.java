package dev.watchdog.containerd;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.Directories;
import dev.watchdog.linux.FileStatus;
import dev.watchdog.linux.RootView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
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
    private static final int MOST_BUNDLES = 10_000;
    /** The specification of a container with hundreds of mounts is below 300 KiB. */
    private static final int MOST_BYTES = 4 << 20;

    private static final int PID_BYTES = 16;
    private static final int DEEP = 64;
    private static final int LONGEST_NAME = 256;
    /** containerd identifiers/validate.go. */
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*");

    private static final Pattern PID = Pattern.compile("[1-9][0-9]{0,8}");
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEP)
                    .maxDocumentLength(MOST_BYTES)
                    .build())
            .build());

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
        Descriptor found = files.open(path);
        if (found == null || found.status().isDirectory()) {
            return found;
        }
        found.close();
        return null;
    }

    /** The names of the namespaces that have, or had, tasks. */
    public List<String> namespaces(Descriptor directory) throws IOException {
        return identifiers(directory, MOST_NAMESPACES);
    }

    /** The ids of the bundles of a namespace. */
    public List<String> ids(Descriptor directory) throws IOException {
        return identifiers(directory, MOST_BUNDLES);
    }

    private static List<String> identifiers(Descriptor directory, int most) throws IOException {
        return Directories.names(directory, most).stream()
                .filter(Bundles::isIdentifier)
                .toList();
    }

    /**
     * One bundle.
     *
     * @return null while it is being made, or when it is not there any more
     * @throws IOException if it does not tell what it should
     */
    public @Nullable Bundle read(RootView files, String namespace, String id) throws IOException {
        String bundle = tasks + "/" + namespace + "/" + id;
        FileStatus directory = files.look(bundle);
        if (directory == null || !directory.isDirectory()) {
            return null;
        }
        byte[] pid = files.read(bundle + "/init.pid", PID_BYTES);
        byte[] specification = pid == null || pid.length == 0 ? null : files.read(bundle + "/config.json", MOST_BYTES);
        if (pid == null || specification == null) {
            return null;
        }
        String number = new String(pid, StandardCharsets.ISO_8859_1).strip();
        if (!PID.matcher(number).matches()) {
            throw new IOException(bundle + "/init.pid tells no process");
        }
        JsonNode json = parse(specification, bundle);
        String rootfs = bundle + "/rootfs";
        String path = json.path("root").path("path").asText("");
        return new Bundle(
                namespace,
                id,
                name(json.path("annotations")),
                Integer.parseInt(number),
                rootfs,
                path.equals("rootfs") || path.equals(rootfs),
                Capabilities.mayMount(json.path("process").path("capabilities")));
    }

    private static JsonNode parse(byte[] specification, String bundle) throws IOException {
        try {
            JsonNode json = JSON.readTree(specification);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(bundle + "/config.json is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IOException(bundle + "/config.json is not an object");
    }

    /** As the kubelet's annotations have it; of a pod's sandbox, the pod's. */
    private static String name(JsonNode annotations) {
        String pod = text(annotations, "name", "sandbox-name");
        String namespace = text(annotations, "namespace", "sandbox-namespace");
        String container = annotations.path("io.kubernetes.cri.container-name").asText("");
        String own = annotations.path("io.kubernetes.container.name").asText(container);
        if (pod.isEmpty()) {
            return "";
        }
        String name = (namespace.isEmpty() ? "" : namespace + "/") + pod + (own.isEmpty() ? "" : "/" + own);
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }

    /** The kubelet's own annotation, or the one that containerd's CRI plugin derives from it. */
    private static String text(JsonNode annotations, String kubelet, String cri) {
        String derived = annotations.path("io.kubernetes.cri." + cri).asText("");
        return annotations.path("io.kubernetes.pod." + kubelet).asText(derived);
    }
}
