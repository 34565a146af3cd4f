package dev.watchdog.containers;

import dev.watchdog.containerd.Bundle;
import dev.watchdog.containerd.Bundles;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.UntrustedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running containers that one containerd's bundles tell of. Those of Docker, in the namespace {@value #DOCKERS}, are
 * its engine's to tell of. Reads files: on a resident thread.
 */
final class BundledContainers {
    private static final String DOCKERS = "moby";
    private static final Logger LOG = LoggerFactory.getLogger(BundledContainers.class);

    private final Bundles bundles;
    private final String source;
    private final Doubts doubts = new Doubts(LOG);

    /** Who is shown what a list comes by. */
    interface Tour {
        /** Nobody minds. */
        Tour ALONE = new Tour() {
            @Override
            public void namespaces(Descriptor directory) {}

            @Override
            public void namespace(String name, Descriptor directory) {}

            @Override
            public void idle(String namespace, String id) {}
        };

        /** The directory of all namespaces. */
        void namespaces(Descriptor directory) throws IOException;

        /** The directory of one namespace's bundles. */
        void namespace(String name, Descriptor directory) throws IOException;

        /** A bundle whose container does not run, or not yet. */
        void idle(String namespace, String id);
    }

    /** @param source that tells of them */
    BundledContainers(String state, String source) {
        this.bundles = new Bundles(state);
        this.source = source;
    }

    /** Those that run now. */
    List<RunningContainer> list(RootView files, Tour tour) throws IOException {
        List<RunningContainer> found = new ArrayList<>();
        try (Descriptor tasks = bundles.open(files)) {
            if (tasks == null) {
                return found;
            }
            tour.namespaces(tasks);
            for (String namespace : bundles.namespaces(tasks)) {
                if (!namespace.equals(DOCKERS)) {
                    list(files, namespace, found, tour);
                }
            }
        }
        return found;
    }

    private void list(RootView files, String namespace, List<RunningContainer> found, Tour tour) throws IOException {
        String place = source + ": the namespace " + namespace;
        try (Descriptor directory = bundles.open(files, namespace)) {
            doubts.believe(place);
            if (directory == null) {
                return;
            }
            tour.namespace(namespace, directory);
            for (String id : bundles.ids(directory)) {
                RunningContainer container = believed(files, namespace, id);
                if (container != null) {
                    found.add(container);
                } else {
                    tour.idle(namespace, id);
                }
            }
        } catch (UntrustedException e) {
            doubts.doubt(place, String.valueOf(e.getMessage()));
        }
    }

    /** Null while it does not run. */
    @Nullable RunningContainer read(RootView files, String namespace, String id) throws IOException {
        Bundle bundle = bundles.read(files, namespace, id);
        return bundle == null || !Processes.exists(bundle.pid()) ? null : container(bundle);
    }

    /** Null as well when its bundle is not to be believed, which is logged once. */
    private @Nullable RunningContainer believed(RootView files, String namespace, String id) {
        String bundle = source + ": the bundle of " + id(namespace, id);
        try {
            RunningContainer container = read(files, namespace, id);
            doubts.believe(bundle);
            return container;
        } catch (IOException e) {
            doubts.doubt(bundle, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private RunningContainer container(Bundle bundle) {
        Layer layer = bundle.mounted()
                ? new Layer.Snapshot(bundle.namespace(), bundle.id())
                : new Layer.LeftAlone("its root is a directory that containerd did not mount: no mount to lose");
        String name = bundle.name().isEmpty() ? bundle.namespace() + "/" + bundle.id() : bundle.name();
        String rootfs = bundle.mounted() ? bundle.rootfs() : "";
        return new RunningContainer(
                id(bundle.namespace(), bundle.id()),
                name,
                source,
                bundle.pid(),
                rootfs,
                layer,
                0,
                ProcessId.NONE,
                null);
    }

    /** Ids that are random are unique; others only in their namespace. */
    static String id(String namespace, String id) {
        return ContainerRef.isId(id) ? id : namespace + ":" + id;
    }
}
